import type { Event } from "../../api/index.ts";
import type { Change } from "../live/world.ts";
import { type TimeLine, timeOf } from "./time-line.ts";

/** How much was told in one part of a time. */
export interface Bucket {
  readonly events: number;
  readonly warnings: number;
}

/** Events by when they were written, in `count` equal parts of a time. */
export function densityOf(
  changes: Iterable<Change<Event> & { readonly revision: number }>,
  line: TimeLine,
  { from, to, count }: { readonly from: number; readonly to: number; readonly count: number },
): readonly Bucket[] {
  const buckets = Array.from({ length: count }, () => ({ events: 0, warnings: 0 }));
  for (const { revision, now } of changes) {
    if (now === undefined) continue;
    const at = timeOf(line, revision);
    const bucket = buckets[Math.min(count - 1, Math.floor(((at - from) / (to - from)) * count))];
    if (bucket === undefined) continue;
    bucket.events++;
    if (now.type === "Warning") bucket.warnings++;
  }
  return buckets;
}
