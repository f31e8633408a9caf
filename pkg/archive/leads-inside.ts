import { lstat, readlink } from "node:fs/promises";
import { join } from "node:path";

/** As many links in a row as Linux follows. */
const maxLinks = 40;

/**
 * Whether a path below `root` stays below it, followed as the kernel would, through other links too; a name that is not
 * there yet counts as a directory. Judged once everything is there that it may lead through.
 */
export async function leadsInside(root: string, path: string): Promise<boolean> {
  const todo = path.slice(root.length + 1).split("/");
  const at: string[] = [];
  for (let links = 0; todo.length > 0; ) {
    const part = todo.shift() ?? "";
    if (part === "" || part === ".") continue;
    if (part === "..") {
      if (at.pop() === undefined) return false;
      continue;
    }
    const found = await lstat(join(root, ...at, part)).catch(() => undefined);
    if (!found?.isSymbolicLink()) {
      at.push(part);
      continue;
    }
    const target = await readlink(join(root, ...at, part));
    if (target.startsWith("/") || ++links > maxLinks) return false;
    todo.unshift(...target.split("/"));
  }
  return true;
}
