import { rename, rm, symlink } from "node:fs/promises";

/** Makes a symbolic link, in place of one that is there, without a moment in which there is none. */
export async function replaceLink(path: string, target: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  await rm(temporary, { force: true });
  await symlink(target, temporary);
  await rename(temporary, path);
}
