import { constants } from "node:fs";
import { type FileHandle, open, readdir, unlink } from "node:fs/promises";
import { isMatched, type Pattern, parsePattern, stepInto } from "../../archive/index.ts";
import { hasCode } from "../error-code.ts";

export interface RemoveOptions {
  /** Nothing outside of it is touched. */
  readonly root: string;
  readonly patterns: readonly string[];
  /** Names in the root that stay, whatever patterns say. */
  readonly keep: ReadonlySet<string>;
}

export interface RemovedFiles {
  readonly removed: number;
  /** What could not be removed, and why. */
  readonly faults: readonly string[];
}

const directoryFlags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
/** More than these is a pattern gone wrong. */
const maxEntries = 100_000;
const maxFaults = 10;

/**
 * Removes what patterns name below a directory: files, and links themselves; directories stay. What lies in there is
 * somebody else's, who may put links there at any moment: each step goes from a directory that is held open, and follows
 * no link.
 */
export async function removeMatching({ root, patterns, keep }: RemoveOptions): Promise<RemovedFiles> {
  const walk: Walk = { seen: 0, removed: 0, faults: [] };
  if (patterns.length > 0) {
    const directory = await open(root, directoryFlags);
    await removeIn({ directory, path: "", left: patterns.map(parsePattern), keep }, walk);
  }
  return { removed: walk.removed, faults: walk.faults.slice(0, maxFaults) };
}

interface Walk {
  seen: number;
  removed: number;
  readonly faults: string[];
}

interface Place {
  readonly directory: FileHandle;
  readonly path: string;
  /** What of the patterns is left below it. */
  readonly left: readonly Pattern[];
  readonly keep?: ReadonlySet<string>;
}

async function removeIn({ directory, path, left, keep }: Place, walk: Walk): Promise<void> {
  try {
    for (const entry of await readdir(`/proc/self/fd/${directory.fd}`, { withFileTypes: true })) {
      if (++walk.seen > maxEntries) return void walk.faults.push(`more than ${maxEntries} names: the rest was left`);
      if (keep?.has(entry.name)) continue;
      const below = { path: `${path}${entry.name}`, left: stepInto(left, entry.name) };
      const place = `/proc/self/fd/${directory.fd}/${entry.name}`;
      if (entry.isDirectory()) {
        if (below.left.some((pattern) => pattern.length > 0)) await enter(place, below, walk);
      } else if (isMatched(below.left)) await remove(place, below.path, walk);
    }
  } finally {
    await directory.close();
  }
}

async function enter(place: string, { path, left }: Omit<Place, "directory">, walk: Walk): Promise<void> {
  try {
    const directory = await open(place, directoryFlags);
    await removeIn({ directory, path: `${path}/`, left }, walk);
  } catch (error) {
    note(path, error, walk);
  }
}

async function remove(place: string, path: string, walk: Walk): Promise<void> {
  try {
    await unlink(place);
    walk.removed += 1;
  } catch (error) {
    note(path, error, walk);
  }
}

/** Who has gone meanwhile, or become a link, is no fault. */
function note(path: string, error: unknown, { faults }: Walk): void {
  if (hasCode(error, "ENOENT") || hasCode(error, "ELOOP") || hasCode(error, "ENOTDIR")) return;
  faults.push(`${path}: ${error instanceof Error && "code" in error ? String(error.code) : String(error)}`);
}
