import { existsSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { StatusError } from "../status/index.ts";
import { toDiskStatus } from "./disk-fault.ts";
import { syncPath } from "./durable.ts";

interface WriteWholeOptions {
  /** Absent: AlreadyExists where the file is there. */
  readonly overwrite?: boolean;
  /** Told of how many bytes there are. */
  readonly onBytes?: (bytes: number) => void;
}

/**
 * Writes what comes into a file for its owner alone, under another name until all of it is there and durable. Returns its
 * size in bytes. What cannot be finished leaves nothing behind.
 */
export async function writeWhole(
  file: string,
  body: AsyncIterable<Uint8Array>,
  { overwrite = false, onBytes }: WriteWholeOptions = {},
): Promise<number> {
  const partial = `${file}.partial`;
  if (!overwrite && existsSync(file))
    throw new StatusError("AlreadyExists", `${file} is there already (--overwrite replaces it)`);
  try {
    const size = await writeSynced(partial, body, onBytes);
    await rename(partial, file);
    syncPath(dirname(resolve(file)));
    return size;
  } catch (error) {
    await rm(partial, { force: true });
    throw toDiskStatus(file, error);
  }
}

async function writeSynced(
  file: string,
  body: AsyncIterable<Uint8Array>,
  onBytes?: (bytes: number) => void,
): Promise<number> {
  const handle = await open(file, "w", 0o600);
  let size = 0;
  try {
    for await (const chunk of body) {
      await handle.writeFile(chunk);
      size += chunk.length;
      onBytes?.(size);
    }
    await handle.sync();
    return size;
  } finally {
    await handle.close();
  }
}
