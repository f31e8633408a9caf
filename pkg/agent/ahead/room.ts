import { freeIn } from "../disk-space.ts";

/** Bytes that may be used for what nobody waits for: of the quota, and no more than half of what the disk has left. */
export async function roomFor(directory: string, quotaBytes: number): Promise<number> {
  return Math.max(0, Math.min(quotaBytes, (await freeIn(directory)) / 2));
}
