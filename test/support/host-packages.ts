import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export interface BuiltPackage {
  readonly name: string;
  readonly version: string;
  /** Shell that runs when it is installed. */
  readonly onInstall?: string;
  /** Shell that runs when it has been taken away. */
  readonly onRemove?: string;
}

/** Builds a package of Debian with a program of its own name, which prints its version; answers its path. */
export function buildDeb(directory: string, { name, version, onInstall, onRemove }: BuiltPackage): string {
  const root = join(directory, `${name}-${version}-deb`);
  write(join(root, "usr/bin", name), program(version), 0o755);
  const control = `Package: ${name}\nVersion: ${version}\nArchitecture: all\nMaintainer: a <a@example.org>\nDescription: a test\n`;
  write(join(root, "DEBIAN/control"), control, 0o644);
  if (onInstall !== undefined) write(join(root, "DEBIAN/postinst"), script(onInstall), 0o755);
  if (onRemove !== undefined) write(join(root, "DEBIAN/postrm"), script(onRemove), 0o755);
  const path = join(directory, `${name}_${version}_all.deb`);
  execFileSync("dpkg-deb", ["--root-owner-group", "-b", root, path], { stdio: "ignore" });
  return path;
}

/** The same as an RPM package. */
export function buildRpm(directory: string, { name, version }: BuiltPackage): string {
  const top = join(directory, `${name}-${version}-rpm`);
  const spec = join(top, "spec");
  const install = `mkdir -p %{buildroot}/usr/bin\nprintf '#!/bin/sh\\necho ${version}\\n' >%{buildroot}/usr/bin/${name}\nchmod 755 %{buildroot}/usr/bin/${name}\n`;
  const head = `Name: ${name}\nVersion: ${version}\nRelease: 1\nSummary: a test\nLicense: none\nBuildArch: noarch\n`;
  write(spec, `${head}AutoReqProv: no\n%description\na test\n%install\n${install}%files\n/usr/bin/${name}\n`, 0o644);
  execFileSync("rpmbuild", ["--define", `_topdir ${top}`, "-bb", spec], { stdio: "ignore" });
  return join(top, "RPMS", "noarch", `${name}-${version}-1.noarch.rpm`);
}

function program(version: string): string {
  return `#!/bin/sh\necho ${version}\n`;
}

function script(text: string): string {
  return `#!/bin/sh\nset -e\n${text}\n`;
}

function write(path: string, text: string, mode: number): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
}
