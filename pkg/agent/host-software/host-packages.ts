import { copyFile, link, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { AgentContext } from "../context.ts";
import { findProgram } from "../host/find-program.ts";
import { InstallError } from "../installer/install-error.ts";
import { Dpkg } from "./dpkg.ts";
import { HostCommands } from "./host-commands.ts";
import type { HostEntry, HostPackage } from "./host-entry.ts";
import type { HostLedger } from "./host-ledger.ts";
import { NoServices } from "./no-services.ts";
import type { PackageFile, PackageManager } from "./package-manager.ts";
import { Rpm } from "./rpm.ts";

/** Packages that the machine's own manager installs. What was on the machine before stays as it was. */
export class HostPackages {
  readonly #context: AgentContext;
  readonly #ledger: HostLedger;
  readonly #commands: HostCommands;
  readonly #services: NoServices;

  constructor(context: AgentContext, ledger: HostLedger) {
    this.#context = context;
    this.#ledger = ledger;
    this.#commands = new HostCommands(context, context.layout.hostWork);
    this.#services = new NoServices(context.layout.root);
  }

  /** Waits for what an earlier agent began. */
  async settle(): Promise<void> {
    await this.#commands.settle();
    await this.#services.end();
  }

  /** `others`: names of packages that came with other entries, and so are not the machine's own. Throws InstallError. */
  async install(entry: HostEntry, blob: string | undefined, others: ReadonlySet<string>): Promise<void> {
    const manager = this.#managerOf(entry);
    if (blob === undefined) throw new InstallError("UnpackFailed", "the package left the cache");
    const file = await this.#fileOf(entry, blob);
    try {
      const own = await manager.read(file);
      const ours = new Set([...others, ...(entry.package?.added ?? [])]);
      const version = await manager.versionOf(own.name);
      const isThere = version === own.version;
      const changes = isThere ? { added: [], changed: [] } : await this.#changes({ manager, file, own, version, ours });
      const kept = ours.has(own.name) ? [own.name] : [];
      const added = [...new Set([...(entry.package?.added ?? []), ...changes.added, ...kept])].sort();
      const record: HostPackage = { manager: manager.name, ...own, added };
      const known = await this.#ledger.save({ ...entry, package: record, state: isThere ? "Installed" : "Installing" });
      if (isThere) return;
      await this.#installFile(
        manager,
        file,
        added.filter((name) => !others.has(name)),
      );
      await this.#ledger.save({ ...known, state: "Installed" });
    } finally {
      await rm(file, { force: true });
    }
  }

  /** Removes what came with it and with nothing else. Throws InstallError. */
  async remove(entry: HostEntry, others: ReadonlySet<string>): Promise<{ removed: string[]; kept: string[] }> {
    const known = entry.package;
    if (known === undefined) return { removed: [], kept: [] };
    const manager = this.#managerOf(entry);
    const names = await present(
      manager,
      known.added.filter((name) => !others.has(name)),
    );
    if (names.length > 0) await manager.remove(names);
    const own = `${manager.name} package ${known.name} ${known.version}`;
    const more = names.filter((name) => name !== known.name).map((name) => `${manager.name} package ${name}`);
    if (names.includes(known.name)) return { removed: [own, ...more], kept: [] };
    return { removed: more, kept: known.added.includes(known.name) ? [] : [`${own}: it was there before`] };
  }

  /** Refuses to touch what is the machine's own. */
  async #changes(input: {
    readonly manager: PackageManager;
    readonly file: string;
    readonly own: PackageFile;
    readonly version: string | undefined;
    readonly ours: ReadonlySet<string>;
  }) {
    const { manager, file, own, version, ours } = input;
    if (version !== undefined && !ours.has(own.name)) {
      const has = version === "" ? "is there in part" : `${version} is on the machine`;
      const mend = "remove it there, or take that very version";
      throw new InstallError(
        "PackageConflict",
        `${own.name} ${has} already, and not by Plush, which leaves it as it is: ${mend}`,
      );
    }
    const changes = await manager.changesOf(file, own);
    const foreign = changes.changed.filter((name) => !ours.has(name));
    if (foreign.length === 0) return changes;
    throw new InstallError(
      "PackageConflict",
      `it would change packages that are the machine's own: ${foreign.join(", ")}`,
    );
  }

  /** Where it fails, nothing that is new on the machine stays half installed. */
  async #installFile(manager: PackageManager, file: string, added: readonly string[]): Promise<void> {
    try {
      await this.#services.during(() => manager.install(file));
    } catch (error) {
      const left = await present(manager, added);
      if (left.length > 0) await manager.remove(left);
      throw error;
    }
  }

  #managerOf({ order }: HostEntry): PackageManager {
    if (this.#context.config.bootIdentity !== undefined) {
      const text =
        "this machine is one of several that share a computer (a local pool): nothing is installed for the whole computer";
      throw new InstallError("PackageConflict", text);
    }
    const isDebian = order.format === "deb";
    const program = isDebian ? "dpkg" : "rpm";
    if (findProgram(program) === undefined) {
      throw new InstallError(
        "InstallFailed",
        `this machine has no program ${program}, which ${order.format} packages need`,
      );
    }
    return isDebian ? new Dpkg(this.#commands) : new Rpm(this.#commands);
  }

  /** apt-get takes a package from a file by its name's ending. */
  async #fileOf({ key, order }: HostEntry, blob: string): Promise<string> {
    const { hostWork } = this.#context.layout;
    await mkdir(hostWork, { recursive: true, mode: 0o700 });
    const file = join(hostWork, `${key}.${order.format}`);
    await rm(file, { force: true });
    await link(blob, file).catch(() => copyFile(blob, file));
    return file;
  }
}

async function present(manager: PackageManager, names: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const name of names) if ((await manager.versionOf(name)) !== undefined) found.push(name);
  return found;
}
