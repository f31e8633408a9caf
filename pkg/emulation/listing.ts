import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { join, relative } from "node:path";

/** What is on a host that was not on the machine before: for comparing before and after. */
export interface HostListing {
  /** Path on the host → type, mode, size (of files) or target (of links). */
  readonly files: ReadonlyMap<string, string>;
  /** Command lines of all processes, sorted. */
  readonly processes: readonly string[];
  /** What is mounted where, as `tmpfs /run`, sorted. */
  readonly mounts: readonly string[];
  /** Control groups inside the host's own, by their paths in it, sorted. */
  readonly groups: readonly string[];
}

/**
 * Adds everything under `root` to `found`, as seen from the host under `prefix`; but no directory that `below` has too:
 * an overlay's upper layer holds a copy of each directory above what was written.
 */
export async function listFiles(
  root: string,
  prefix: string,
  found: Map<string, string>,
  below: (path: string) => string | undefined = () => undefined,
): Promise<void> {
  const names = await readdir(root).catch(() => []);
  for (const name of names) {
    const path = join(root, name);
    const shown = `${prefix}/${name}`;
    const what = await describe(path);
    if (what === undefined) continue;
    const lower = below(shown);
    const isCopy = what.startsWith("directory") && lower !== undefined && (await describe(lower)) === what;
    if (!isCopy) found.set(shown, what);
    if (what.startsWith("directory")) await listFiles(path, shown, found, below);
  }
}

async function describe(path: string): Promise<string | undefined> {
  const info = await lstat(path).catch(() => undefined);
  if (info === undefined) return undefined;
  const mode = (info.mode & 0o7777).toString(8);
  if (info.isSymbolicLink()) return `link ${await readlink(path).catch(() => "?")}`;
  if (info.isDirectory()) return `directory ${mode}`;
  if (info.isFile()) return `file ${mode} ${info.size}`;
  return info.isCharacterDevice() ? "device (a removed file, in an overlay)" : "special";
}

/** Command lines of the processes that a mounted proc shows. */
export async function listProcesses(proc: string): Promise<string[]> {
  const lines: string[] = [];
  for (const name of await readdir(proc)) {
    if (!/^\d+$/.test(name)) continue;
    const text = await readFile(join(proc, name, "cmdline"), "utf8").catch(() => "");
    if (text !== "") lines.push(text.replaceAll("\0", " ").trim());
  }
  return lines.sort();
}

/** Lines of a /proc/PID/mounts: type and place. */
export async function listMounts(file: string): Promise<string[]> {
  const lines = (await readFile(file, "utf8")).split("\n").filter((line) => line !== "");
  return lines
    .map((line) => line.split(" "))
    .map(([, place, type]) => `${type} ${place}`)
    .sort();
}

/** Directories below a control group; none where there is no such group ("" stands for that). */
export async function listGroups(group: string): Promise<string[]> {
  if (group === "") return [];
  const entries = await readdir(group, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => relative(group, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}

/** What differs between two listings, a line each: "+ …" came, "- …" went, "~ …" changed. */
export function compareListings(before: HostListing, after: HostListing): string[] {
  const lines: string[] = [];
  for (const [path, what] of after.files) {
    const old = before.files.get(path);
    if (old === undefined) lines.push(`+ ${path} (${what})`);
    else if (old !== what) lines.push(`~ ${path} (${old} → ${what})`);
  }
  for (const path of before.files.keys()) if (!after.files.has(path)) lines.push(`- ${path}`);
  return [
    ...lines,
    ...compareLists("process", before.processes, after.processes),
    ...compareLists("mount", before.mounts, after.mounts),
    ...compareLists("control group", before.groups, after.groups),
  ];
}

/** A line for each that one list has more often than the other. */
function compareLists(what: string, before: readonly string[], after: readonly string[]): string[] {
  const left = [...before];
  const came = after.filter((line) => {
    const at = left.indexOf(line);
    if (at !== -1) left.splice(at, 1);
    return at === -1;
  });
  return [...came.map((line) => `+ ${what} ${line}`), ...left.map((line) => `- ${what} ${line}`)];
}
