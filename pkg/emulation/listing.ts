import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";

/** What is on a host that was not on the machine before: for comparing before and after. */
export interface HostListing {
  /** Path on the host → type, mode, size (of files) or target (of links). */
  readonly files: ReadonlyMap<string, string>;
  /** Command lines of all processes, sorted. */
  readonly processes: readonly string[];
}

/** Adds everything under `root` to `found`, as seen from the host under `prefix`. */
export async function listFiles(root: string, prefix: string, found: Map<string, string>): Promise<void> {
  const names = await readdir(root).catch(() => []);
  for (const name of names) {
    const path = join(root, name);
    const info = await lstat(path).catch(() => undefined);
    if (info === undefined) continue;
    const shown = `${prefix}/${name}`;
    const mode = (info.mode & 0o7777).toString(8);
    if (info.isSymbolicLink()) found.set(shown, `link ${await readlink(path).catch(() => "?")}`);
    else if (info.isDirectory()) {
      found.set(shown, `directory ${mode}`);
      await listFiles(path, shown, found);
    } else if (info.isFile()) found.set(shown, `file ${mode} ${info.size}`);
    else found.set(shown, info.isCharacterDevice() ? "device (a removed file, in an overlay)" : "special");
  }
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
