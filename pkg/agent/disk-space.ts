import { statfs } from "node:fs/promises";

/** Bytes that the disk of a directory has left; where it cannot be told, as many as one likes. */
export async function freeIn(directory: string): Promise<number> {
  const disk = await statfs(directory).catch(() => undefined);
  return disk === undefined ? Number.POSITIVE_INFINITY : disk.bavail * disk.bsize;
}
