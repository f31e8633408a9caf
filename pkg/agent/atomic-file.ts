import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

export interface WriteOptions {
  readonly mode: number;
  /** On disk when the promise resolves, and not only visible. */
  readonly durable: boolean;
}

let count = 0;

/** Replaces a file by rename: a reader sees the old text or the new one, a crash leaves one of them. */
export async function replaceFile(path: string, text: string | Uint8Array, options: WriteOptions): Promise<void> {
  const temporary = `${path}.${process.pid}.${++count}.tmp`;
  try {
    const file = await open(temporary, "w", options.mode);
    try {
      await file.writeFile(text);
      if (options.durable) await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  if (options.durable) await syncDirectory(dirname(path));
}

/** Makes what was created, renamed or removed in a directory durable. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
