import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { hasCode } from "../error-code.ts";

export interface InsideOptions {
  readonly mode: number;
  /** Absent: the agent's own user. */
  readonly owner?: { readonly uid: number; readonly gid: number };
}

const directoryFlags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const newFileFlags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/**
 * Replaces the file at a relative path inside a directory by rename, and makes directories on the way. What lies in
 * there is somebody else's, who may put links there at any moment: each step goes from a directory that is held open,
 * and follows no link. Throws an Error in words where the path leads out, or through something that is no directory.
 */
export async function writeInside(root: string, path: string, text: string, options: InsideOptions): Promise<void> {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  const name = parts.pop();
  if (path.startsWith("/") || parts.includes("..") || name === undefined || name === "..") {
    throw new Error(`file ${path}: the path leads out of the working directory`);
  }
  let directory = await open(root, directoryFlags);
  try {
    for (const part of parts) {
      const next = await enter(directory, part, path, options);
      await directory.close();
      directory = next;
    }
    await replace(directory, name, text, options);
  } finally {
    await directory.close();
  }
}

async function replace(directory: FileHandle, name: string, text: string, options: InsideOptions): Promise<void> {
  const temporary = below(directory, `.plush-${randomBytes(6).toString("hex")}`);
  try {
    const file = await open(temporary, newFileFlags, 0o600);
    try {
      await file.writeFile(text);
      await handOver(file, options);
      await file.chmod(options.mode);
    } finally {
      await file.close();
    }
    await rename(temporary, below(directory, name));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function enter(from: FileHandle, name: string, path: string, options: InsideOptions): Promise<FileHandle> {
  let isNew = false;
  try {
    await mkdir(below(from, name), { mode: 0o755 });
    isNew = true;
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
  }
  try {
    const directory = await open(below(from, name), directoryFlags);
    if (isNew) await handOver(directory, options);
    return directory;
  } catch (error) {
    if (!hasCode(error, "ELOOP") && !hasCode(error, "ENOTDIR")) throw error;
    throw new Error(`file ${path}: ${name} is no directory of the working directory`, { cause: error });
  }
}

async function handOver(handle: FileHandle, { owner }: InsideOptions): Promise<void> {
  if (owner !== undefined) await handle.chown(owner.uid, owner.gid);
}

/** A name in a directory, wherever that is by now. */
function below({ fd }: FileHandle, name: string): string {
  return `/proc/self/fd/${fd}/${name}`;
}
