import { createHash } from "node:crypto";
import { join } from "node:path";

/** Where a process's socket is: a short name, because the kernel takes no more than 107 bytes of a path. */
export function socketPath(directory: string, processUid: string): string {
  return join(directory, createHash("sha256").update(processUid).digest("hex").slice(0, 10));
}
