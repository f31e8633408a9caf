import { lstat, rm } from "node:fs/promises";

/** Removes a symbolic link; whatever else stands there stays. */
export async function removeLink(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found?.isSymbolicLink()) await rm(path, { force: true });
}
