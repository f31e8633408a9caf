import { InstallError } from "../installer/install-error.ts";
import { type HostCommands, lastLines } from "./host-commands.ts";
import type { PackageChanges, PackageFile, PackageManager } from "./package-manager.ts";

const version = "%{VERSION}-%{RELEASE}\\n";

/** rpm alone: what a package depends on has to be there. */
export class Rpm implements PackageManager {
  readonly name = "rpm";
  readonly #commands: HostCommands;

  constructor(commands: HostCommands) {
    this.#commands = commands;
  }

  async read(file: string): Promise<PackageFile> {
    const { ok, output } = await this.#commands.ask([
      "rpm",
      "-qp",
      "--nosignature",
      "--qf",
      `%{NAME}\\t${version}`,
      file,
    ]);
    const [name = "", found = ""] = output.split("\n").at(-1)?.split("\t") ?? [];
    if (!ok || found === "") throw new InstallError("UnpackFailed", "this is no RPM package", lastLines(output));
    return { name, version: found };
  }

  async versionOf(name: string): Promise<string | undefined> {
    const { ok, output } = await this.#commands.ask(["rpm", "-q", "--qf", version, "--", name]);
    return ok ? output.split("\n").at(-1) : undefined;
  }

  async changesOf(_file: string, own: PackageFile): Promise<PackageChanges> {
    return { added: (await this.versionOf(own.name)) === undefined ? [own.name] : [], changed: [] };
  }

  async install(file: string): Promise<void> {
    const { ok, message, output } = await this.#commands.change(["rpm", "-U", "--oldpackage", file]);
    if (!ok) throw new InstallError("InstallFailed", `rpm: ${message}`, lastLines(output));
  }

  async remove(names: readonly string[]): Promise<void> {
    const { ok, message, output } = await this.#commands.change(["rpm", "-e", ...names]);
    if (!ok) throw new InstallError("InstallFailed", `rpm -e: ${message}`, lastLines(output));
  }
}
