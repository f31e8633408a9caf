import { lchown, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Owner } from "../environment/user.ts";

/**
 * Gives a directory and all below it to a user; itself at last, so that the user cannot reach in while it is done. The
 * one above it must be out of the user's hands.
 */
export async function giveTree(path: string, { uid, gid }: Pick<Owner, "uid" | "gid">): Promise<void> {
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const child = join(path, entry.name);
    if (entry.isDirectory()) await giveTree(child, { uid, gid });
    else await lchown(child, uid, gid);
  }
  await lchown(path, uid, gid);
}
