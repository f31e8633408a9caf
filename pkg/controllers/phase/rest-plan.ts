import type { PhaseStatus } from "../../api/index.ts";
import { parseTimestamp } from "../../clock/index.ts";

/** However soon the last member may come: a phase that is looked at for each of those who come late takes no more of the thread. */
const leastShare = 1 / 8;

/**
 * How long a phase rests after a look at it; `usualMs` is what follows from what the look cost. Everybody waits for whoever
 * looks after the last member has entered: an open phase rests half of the time that is left until then, by the pace of those
 * who have entered.
 */
export function restOf(
  { state, openedAt, expected = [], entered = [] }: PhaseStatus,
  now: number,
  usualMs: number,
): number {
  const openedAtMs = parseTimestamp(openedAt ?? "");
  if (state !== "Open" || openedAtMs === undefined || entered.length === 0) return usualMs;
  const leftMs = ((now - openedAtMs) * Math.max(0, expected.length - entered.length)) / entered.length;
  return Math.max(leastShare * usualMs, Math.min(usualMs, leftMs / 2));
}
