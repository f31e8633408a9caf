import { open } from "node:fs/promises";
import type { Layout } from "../layout.ts";
import type { RunPlace } from "../shim/run-monitor.ts";

/** As much of a log's end as conditions can show. */
const maxBytes = 2048;

export function logOf(layout: Layout, { marker, claim }: RunPlace): string {
  const [processUid = "", run = ""] = marker.split("/");
  return layout.claim(claim).log(processUid, run);
}

/** The last whole lines of a log, at most 2 KiB; undefined where nothing was printed. */
export async function logTail(log: string): Promise<string | undefined> {
  const file = await open(log, "r").catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const { size } = await file.stat();
    const length = Math.min(size, maxBytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
    const text = buffer.subarray(0, bytesRead).toString("utf8");
    const whole = size > length ? text.slice(text.indexOf("\n") + 1) : text;
    return whole.trimEnd() === "" ? undefined : whole.trimEnd();
  } finally {
    await file.close();
  }
}
