import { createHash } from "node:crypto";
import { access, constants, mkdir, readdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { groupPrefix } from "../../protocol/index.ts";

/**
 * Name of an agent's groups. Hosts that share a kernel see each other's groups, and hosts made alike have the same
 * directory, so it needs both.
 */
export function groupName(resourceUid: string, directory: string): string {
  return groupPrefix(resourceUid) + createHash("sha256").update(directory).digest("hex").slice(0, 8);
}

/** Limits as control groups know them. */
export interface GroupLimits {
  readonly cpuMillis?: number;
  readonly memoryBytes?: number;
}

export interface PreparedGroup {
  /** Directories whose cgroup.procs a process has to enter. */
  readonly directories: readonly string[];
  /** A limit that was asked for cannot be set here. */
  readonly partial: boolean;
}

export interface ControlGroupsOptions {
  /** Tells this agent's groups from all others'. */
  readonly name: string;
  /** Also where no limit asks for a group: what leaves its session is found by it. */
  readonly always: boolean;
}

/** cpu.max and cpu.cfs_period_us, microseconds. */
const cpuPeriod = 100_000;

/** One hierarchy: the unified one with controllers, or one of the old ones with one controller each. */
interface Hierarchy {
  readonly root: string;
  readonly controllers: ReadonlySet<string>;
  readonly unified: boolean;
  /** To be in it costs nothing, and tells what belongs together: the unified one, and one of the old ones. */
  readonly tracks: boolean;
}

/** Old hierarchies in which a group without limits changes nothing. */
const idle: ReadonlySet<string> = new Set(["pids", "freezer"]);

/**
 * Control groups of this agent, PLUSH/CLAIM/PROCESS in each hierarchy that can be written. They hold limits, and find
 * what has left its session. Where there are none, processes are found by their environment.
 */
export class ControlGroups {
  readonly #name: string;
  readonly #always: boolean;
  readonly #hierarchies: readonly Hierarchy[];

  private constructor({ name, always }: ControlGroupsOptions, hierarchies: readonly Hierarchy[]) {
    this.#name = name;
    this.#always = always;
    this.#hierarchies = hierarchies;
  }

  /** Finds the hierarchies that can be used. */
  static async find(options: ControlGroupsOptions, mounts = "/proc/self/mounts"): Promise<ControlGroups> {
    const hierarchies: Hierarchy[] = [];
    for (const line of (await readFile(mounts, "utf8").catch(() => "")).split("\n")) {
      const [, root = "", type = "", flags = ""] = line.split(" ");
      if (type !== "cgroup" && type !== "cgroup2") continue;
      const isWritable = await access(root, constants.W_OK).then(
        () => !flags.split(",").includes("ro"),
        () => false,
      );
      if (!isWritable) continue;
      const unified = type === "cgroup2";
      const names = unified ? await readWords(join(root, "cgroup.controllers")) : flags.split(",");
      const wanted = names.filter((controller) => controller === "cpu" || controller === "memory");
      // Membership is of use by itself: of the unified hierarchy, else of one of the old ones.
      const tracks = unified || (names.some((name) => idle.has(name)) && !hierarchies.some((one) => one.tracks));
      if (tracks || wanted.length > 0) hierarchies.push({ root, controllers: new Set(wanted), unified, tracks });
    }
    return new ControlGroups(options, hierarchies);
  }

  /** Makes the groups of a process and sets its limits, as far as they can be. Never throws. */
  async prepare(claim: string, process: string, limits: GroupLimits): Promise<PreparedGroup> {
    const directories: string[] = [];
    const missing = new Set(Object.keys(limits));
    if (!this.#always && missing.size === 0) return { directories, partial: false };
    for (const hierarchy of this.#hierarchies) {
      const isWanted = hierarchy.tracks || [...hierarchy.controllers].some((name) => isLimited(name, limits));
      if (!isWanted) continue;
      const directory = join(hierarchy.root, this.#name, claim, process);
      if (!(await this.#make(hierarchy, directory))) continue;
      directories.push(directory);
      for (const limit of await setLimits(hierarchy, directory, limits)) missing.delete(limit);
    }
    return { directories, partial: missing.size > 0 };
  }

  /** Pids in the groups of a claim, or of one of its processes. */
  async members(claim: string, process?: string): Promise<number[]> {
    const found = new Set<number>();
    for (const { root } of this.#hierarchies) {
      const path = join(root, this.#name, claim, process ?? "");
      for (const directory of process === undefined ? await childrenOf(path) : [path]) {
        for (const pid of await readWords(join(directory, "cgroup.procs"))) found.add(Number(pid));
      }
    }
    return [...found];
  }

  /** Processor time and memory of a process's groups, what has left its session included; as far as they tell. */
  async meter(claim: string, process: string): Promise<{ readonly cpuMs?: number; readonly memoryBytes?: number }> {
    let found = {};
    for (const { root, unified } of this.#hierarchies) {
      const directory = join(root, this.#name, claim, process);
      found = { ...found, ...(unified ? await meterUnified(directory) : await meterOld(directory)) };
    }
    return found;
  }

  /** Removes the groups of a claim; they are empty by then. */
  async remove(claim: string): Promise<void> {
    for (const { root } of this.#hierarchies) await removeTree(join(root, this.#name, claim));
  }

  /** Removes all groups of this agent. */
  async removeAll(): Promise<void> {
    for (const { root } of this.#hierarchies) await removeTree(join(root, this.#name));
  }

  /** Makes a group below this agent's, and hands the controllers down to it. */
  async #make(hierarchy: Hierarchy, directory: string): Promise<boolean> {
    try {
      await mkdir(directory, { recursive: true });
    } catch {
      return false;
    }
    if (!hierarchy.unified) return true;
    const levels = [hierarchy.root, join(hierarchy.root, this.#name), join(directory, "..")];
    for (const level of levels) {
      for (const name of hierarchy.controllers) await tryWrite(join(level, "cgroup.subtree_control"), `+${name}`);
    }
    return true;
  }
}

function isLimited(controller: string, limits: GroupLimits): boolean {
  return controller === "cpu" ? limits.cpuMillis !== undefined : limits.memoryBytes !== undefined;
}

/** Names of the limits that could be set. */
async function setLimits(hierarchy: Hierarchy, directory: string, limits: GroupLimits): Promise<string[]> {
  const { cpuMillis, memoryBytes } = limits;
  const done: string[] = [];
  const set = async (limit: string, file: string, text: string): Promise<void> => {
    if (await tryWrite(join(directory, file), text)) done.push(limit);
  };
  const quota = Math.round(((cpuMillis ?? 0) * cpuPeriod) / 1000);
  if (cpuMillis !== undefined && hierarchy.controllers.has("cpu")) {
    if (hierarchy.unified) await set("cpuMillis", "cpu.max", `${quota} ${cpuPeriod}`);
    else await set("cpuMillis", "cpu.cfs_quota_us", String(quota));
  }
  if (memoryBytes !== undefined && hierarchy.controllers.has("memory")) {
    await set("memoryBytes", hierarchy.unified ? "memory.max" : "memory.limit_in_bytes", String(memoryBytes));
  }
  return done;
}

/** What can be given back at once, files that nobody has used lately, counts as free. */
async function meterUnified(directory: string): Promise<{ cpuMs?: number; memoryBytes?: number }> {
  const cpu = await readEntry(join(directory, "cpu.stat"), "usage_usec");
  const memory = await readNumber(join(directory, "memory.current"));
  const unused = (await readEntry(join(directory, "memory.stat"), "inactive_file")) ?? 0;
  return {
    ...(cpu !== undefined && { cpuMs: cpu / 1000 }),
    ...(memory !== undefined && { memoryBytes: Math.max(0, memory - unused) }),
  };
}

async function meterOld(directory: string): Promise<{ cpuMs?: number; memoryBytes?: number }> {
  const cpu = await readNumber(join(directory, "cpuacct.usage"));
  const memory = await readNumber(join(directory, "memory.usage_in_bytes"));
  const unused = (await readEntry(join(directory, "memory.stat"), "total_inactive_file")) ?? 0;
  return {
    ...(cpu !== undefined && { cpuMs: cpu / 1e6 }),
    ...(memory !== undefined && { memoryBytes: Math.max(0, memory - unused) }),
  };
}

async function readNumber(path: string): Promise<number | undefined> {
  const [word] = await readWords(path);
  return word === undefined ? undefined : Number(word);
}

/** The number after a name, of a file of such lines. */
async function readEntry(path: string, name: string): Promise<number | undefined> {
  const words = await readWords(path);
  const index = words.indexOf(name);
  return index < 0 ? undefined : Number(words[index + 1]);
}

async function childrenOf(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(path, name));
}

async function removeTree(path: string): Promise<void> {
  for (const child of await childrenOf(path)) await removeTree(child);
  await rmdir(path).catch(() => undefined);
}

async function readWords(path: string): Promise<string[]> {
  const text = await readFile(path, "utf8").catch(() => "");
  return text.split(/\s+/).filter((word) => word !== "");
}

function tryWrite(path: string, text: string): Promise<boolean> {
  return writeFile(path, text, { flag: "r+" }).then(
    () => true,
    () => false,
  );
}
