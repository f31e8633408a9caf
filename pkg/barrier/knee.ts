/**
 * When the curve of arrivals flattens: the members that are still missing are stragglers, and waiting for them costs
 * more than they bring. Moving averages of the gaps between entries and of their deviation, as TCP estimates round trips
 * (Albrecht, Tuttle, Snoeren and Vahdat, Loose Synchronization for Large-Scale Networked Systems, USENIX 2006).
 */
export interface KneeRule {
  /** Weight of what was known before against a new gap, 0 to 1. */
  readonly alpha: number;
  /** How many deviations above the average a gap must be to count as the knee. */
  readonly beta: number;
}

/** Gaps below this say more of timers than of members. */
const shortestWaitMs = 100;

/**
 * How long after the last entry the knee is reached, in milliseconds; undefined with fewer than two entries, when nothing
 * is known of their pace. `entries`: when members entered, in milliseconds of one clock, in any order.
 */
export function kneeWaitMs({ alpha, beta }: KneeRule, entries: readonly number[]): number | undefined {
  const times = [...entries].sort((left, right) => left - right);
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time));
  const [first, ...others] = gaps;
  if (first === undefined) return undefined;
  let average = first;
  // One sample says nothing of the spread; half of it is what RFC 6298, section 2.2, begins with.
  let deviation = first / 2;
  for (const gap of others) {
    average = alpha * average + (1 - alpha) * gap;
    deviation = alpha * deviation + (1 - alpha) * Math.abs(gap - average);
  }
  return Math.max(shortestWaitMs, average + beta * deviation);
}
