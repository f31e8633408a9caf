import { findProgram } from "../host/find-program.ts";
import { InstallError } from "../installer/install-error.ts";
import { type HostCommands, lastLines } from "./host-commands.ts";
import type { PackageChanges, PackageFile, PackageManager } from "./package-manager.ts";

const quiet = ["--no-install-recommends", "-o", "Dpkg::Use-Pty=0"];

/** Debian's: apt-get where it is there, which fetches what a package depends on, else dpkg alone. */
export class Dpkg implements PackageManager {
  readonly name = "dpkg";
  readonly #commands: HostCommands;

  constructor(commands: HostCommands) {
    this.#commands = commands;
  }

  async read(file: string): Promise<PackageFile> {
    const { ok, output } = await this.#commands.ask([
      "dpkg-deb",
      "-W",
      `--showformat=${field("Package")}\t${field("Version")}\n`,
      file,
    ]);
    const [name = "", version = ""] = output.split("\n")[0]?.split("\t") ?? [];
    if (!ok || version === "") throw new InstallError("UnpackFailed", "this is no Debian package", lastLines(output));
    return { name, version };
  }

  async versionOf(name: string): Promise<string | undefined> {
    const format = `--showformat=${field("db:Status-Status")}\t${field("Version")}\n`;
    const { ok, output } = await this.#commands.ask(["dpkg-query", "-W", format, "--", name]);
    const [state = "", version = ""] = output.split("\n")[0]?.split("\t") ?? [];
    if (!ok || state === "not-installed") return undefined;
    return state === "installed" ? version : "";
  }

  async changesOf(file: string, own: PackageFile): Promise<PackageChanges> {
    const apt = findProgram("apt-get");
    if (apt === undefined) return { added: [own.name], changed: [] };
    const { ok, output } = await this.#commands.ask([
      apt,
      "--simulate",
      "install",
      ...quiet,
      "--allow-downgrades",
      file,
    ]);
    if (!ok) throw new InstallError("InstallFailed", "what the package needs cannot be had", lastLines(output));
    const lines = output.split("\n");
    // "Inst NAME (1.0 …)" is new; "Inst NAME [0.9] (1.0 …)" is there in another version; "Remv NAME [0.9]" would go.
    const added = lines.flatMap((line) => /^Inst (\S+) \(/.exec(line)?.[1] ?? []);
    const changed = lines.flatMap((line) => /^(?:Inst|Remv) (\S+) \[/.exec(line)?.[1] ?? []);
    return { added, changed: changed.filter((name) => name !== own.name) };
  }

  async install(file: string): Promise<void> {
    const apt = findProgram("apt-get");
    const keep = "Dpkg::Options::=--force-confold";
    const byApt = ["install", "-y", "-q", ...quiet, "--allow-downgrades", "-o", keep, file];
    const argv = apt === undefined ? ["dpkg", "--force-confold", "-i", file] : [apt, ...byApt];
    const { ok, message, output } = await this.#commands.change(argv);
    if (!ok)
      throw new InstallError(
        "InstallFailed",
        `${apt === undefined ? "dpkg" : "apt-get"}: ${message}`,
        lastLines(output),
      );
  }

  async remove(names: readonly string[]): Promise<void> {
    const { ok, message, output } = await this.#commands.change([
      "dpkg",
      "--force-remove-reinstreq",
      "--purge",
      ...names,
    ]);
    if (!ok) throw new InstallError("InstallFailed", `dpkg --purge: ${message}`, lastLines(output));
  }
}

/** As dpkg's formats name a field. */
function field(name: string): string {
  return `$\{${name}}`;
}
