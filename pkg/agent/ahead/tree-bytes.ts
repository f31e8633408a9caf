import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

/** Bytes on the disk below a directory, itself included. */
export async function treeBytes(path: string): Promise<number> {
  const { blocks } = await lstat(path);
  let bytes = blocks * 512;
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const child = join(path, entry.name);
    bytes += entry.isDirectory() ? await treeBytes(child) : (await lstat(child)).blocks * 512;
  }
  return bytes;
}
