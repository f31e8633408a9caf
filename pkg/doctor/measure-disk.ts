import { mkdtemp, open, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../clock/index.ts";
import { toDiskStatus } from "../disk/index.ts";
import type { DiskRoom } from "./judge-server.ts";

const writes = 9;
/** As much as a small commit of the store. */
const bytes = Buffer.alloc(4096, 1);

export async function measureRoom(path: string): Promise<DiskRoom> {
  const { bsize, bavail, blocks, ffree, files } = await statfs(path);
  return { path, freeBytes: bavail * bsize, totalBytes: blocks * bsize, freeFiles: ffree, totalFiles: files };
}

/** Median time, in milliseconds, until a small write in that directory is durable. ServiceUnavailable where it takes none. */
export async function measureSync(directory: string, clock: Clock): Promise<number> {
  const scratch = await mkdtemp(join(directory, "doctor-")).catch((error: unknown) => {
    throw toDiskStatus(directory, error);
  });
  try {
    const file = await open(join(scratch, "written"), "w", 0o600);
    const took: number[] = [];
    try {
      for (let count = 0; count < writes; count++) {
        const began = clock.monotonic();
        await file.write(bytes);
        await file.datasync();
        took.push(clock.monotonic() - began);
      }
    } finally {
      await file.close();
    }
    return took.sort((one, other) => one - other)[Math.floor(writes / 2)] ?? 0;
  } catch (error) {
    throw toDiskStatus(directory, error);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
