import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";

/** What is on a host that was not on the machine before: for comparing before and after. */
export interface HostListing {
  /** Path on the host → type, mode, size (of files) or target (of links). */
  readonly files: ReadonlyMap<string, string>;
  /** Command lines of all processes, sorted. */
  readonly processes: readonly string[];
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

/** What differs between two listings, a line each: "+ …" came, "- …" went, "~ …" changed. */
export function compareListings(before: HostListing, after: HostListing): string[] {
  const lines: string[] = [];
  for (const [path, what] of after.files) {
    const old = before.files.get(path);
    if (old === undefined) lines.push(`+ ${path} (${what})`);
    else if (old !== what) lines.push(`~ ${path} (${old} → ${what})`);
  }
  for (const path of before.files.keys()) if (!after.files.has(path)) lines.push(`- ${path}`);
  const left = [...before.processes];
  for (const line of after.processes) {
    const at = left.indexOf(line);
    if (at === -1) lines.push(`+ process ${line}`);
    else left.splice(at, 1);
  }
  return [...lines, ...left.map((line) => `- process ${line}`)];
}
