import { open } from "node:fs/promises";
import type { Layout } from "../layout.ts";
import type { RunPlace } from "../shim/run-monitor.ts";

/** As much of a log's end as conditions can show. */
const maxBytes = 2048;

/** The last whole lines that a run printed, at most 2 KiB; undefined where it printed nothing. */
export async function logTail(layout: Layout, place: RunPlace): Promise<string | undefined> {
  const [processUid = "", run = ""] = place.marker.split("/");
  const file = await open(layout.claim(place.claim).log(processUid, run), "r").catch(() => undefined);
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
