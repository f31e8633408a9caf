import { constants, type Dirent } from "node:fs";
import { type FileHandle, open, readdir, readlink, realpath } from "node:fs/promises";
import { join } from "node:path";
import { isMatched, type Pattern, parsePattern, stepInto } from "../../archive/index.ts";

/** A file that was asked for, open. Whoever gets it closes it. */
export interface FoundFile {
  /** Below the directory. */
  readonly path: string;
  readonly handle: FileHandle;
  readonly size: number;
}

export interface FindFilesOptions {
  /** Nothing outside of it is given away. */
  readonly root: string;
  /** Where patterns begin: the root, or below it. */
  readonly directory: string;
  readonly patterns: readonly string[];
  /** Called with what cannot be read. */
  readonly onFault: (message: string) => void;
}

/** More than these is a pattern gone wrong. */
const maxFiles = 1000;
const maxEntries = 100_000;

/** Regular files that patterns name. Links are not followed, whatever happens meanwhile. */
export async function* findFiles(options: FindFilesOptions): AsyncGenerator<FoundFile> {
  const { root, directory, patterns, onFault } = options;
  if (patterns.length === 0) return;
  const realRoot = await realpath(root);
  const isInside = (path: string): boolean => path === realRoot || path.startsWith(`${realRoot}/`);
  let files = 0;
  for await (const path of matchingNames({ directory, patterns, isInside, onFault })) {
    if (++files > maxFiles) return onFault(`more than ${maxFiles} files match: the rest was left`);
    const file = await openInside(join(directory, path), isInside);
    if (typeof file === "string") onFault(`${path}: ${file}`);
    else yield { path, ...file };
  }
}

interface Walk extends Pick<FindFilesOptions, "directory" | "patterns" | "onFault"> {
  isInside(path: string): boolean;
}

interface Place {
  readonly path: string;
  /** What of the patterns is left below it. */
  readonly left: readonly Pattern[];
}

/** Files of a directory before those below its directories. */
async function* matchingNames(walk: Walk): AsyncGenerator<string> {
  const todo: Place[] = [{ path: "", left: walk.patterns.map(parsePattern) }];
  let seen = 0;
  for (let place = todo.shift(); place !== undefined; place = todo.shift()) {
    const entries = await entriesOf(place.path, walk);
    seen += entries.length;
    if (seen > maxEntries) return walk.onFault(`more than ${maxEntries} names would be looked at: the rest was left`);
    for (const entry of entries) {
      const below = { path: join(place.path, entry.name), left: stepInto(place.left, entry.name) };
      if (entry.isFile() && isMatched(below.left)) yield below.path;
      if (entry.isDirectory() && below.left.length > 0) todo.push(below);
    }
  }
}

async function entriesOf(path: string, { directory, isInside, onFault }: Walk): Promise<readonly Dirent[]> {
  const full = join(directory, path);
  try {
    if (!isInside(await realpath(full))) return [];
    const found = await readdir(full, { withFileTypes: true });
    return found.sort((one, other) => (one.name < other.name ? -1 : 1));
  } catch (error) {
    onFault(`${path === "" ? "." : path}: ${whyNot(error)}`);
    return [];
  }
}

/** A name may have become a link since it was looked at: what counts is what has been opened. */
async function openInside(
  path: string,
  isInside: (path: string) => boolean,
): Promise<{ readonly handle: FileHandle; readonly size: number } | string> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(path, flags).catch(whyNot);
  if (typeof handle === "string") return handle;
  const stats = await handle.stat();
  if (stats.isFile() && isInside(await readlink(`/proc/self/fd/${handle.fd}`).catch(() => path)))
    return { handle, size: stats.size };
  await handle.close();
  return "is no file of the working directory";
}

function whyNot(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
