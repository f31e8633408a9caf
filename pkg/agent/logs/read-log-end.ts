import { open } from "node:fs/promises";
import { readIndex } from "./log-index.ts";
import { endOf, segmentsOf } from "./log-segments.ts";

/** The last bytes of a log, from the beginning of a line on where there were more. Empty where there is none. */
export async function readLogEnd(
  path: string,
  maxBytes: number,
): Promise<{ readonly bytes: Buffer; readonly isCut: boolean }> {
  const segments = await segmentsOf(path, (await readIndex(path)).base);
  const from = Math.max(segments[0]?.start ?? 0, endOf(segments) - maxBytes);
  const parts: Buffer[] = [];
  for (const segment of segments) {
    const skip = Math.max(0, from - segment.start);
    if (skip >= segment.size) continue;
    const file = await open(segment.path, "r").catch(() => undefined);
    if (file === undefined) continue;
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(segment.size - skip), 0, segment.size - skip, skip);
      parts.push(buffer.subarray(0, bytesRead));
    } finally {
      await file.close();
    }
  }
  const bytes = Buffer.concat(parts);
  const isCut = from > 0;
  return { bytes: isCut ? bytes.subarray(bytes.indexOf(0x0a) + 1) : bytes, isCut };
}
