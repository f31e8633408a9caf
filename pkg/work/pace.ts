/** How long items took that are done: sums, so that those of parts add up. Milliseconds. */
export interface Pace {
  readonly count: number;
  readonly sum: number;
  readonly squares: number;
}

export const noPace: Pace = { count: 0, sum: 0, squares: 0 };

export function withDuration(pace: Pace, durationMs: number): Pace {
  return addPaces(pace, { count: 1, sum: durationMs, squares: durationMs * durationMs });
}

export function addPaces(left: Pace, right: Pace): Pace {
  return { count: left.count + right.count, sum: left.sum + right.sum, squares: left.squares + right.squares };
}

/** With fewer nothing is known of what is usual. */
const leastDone = 3;
const deviations = 4;
/** Below this it costs more to run an item anew than to wait for it. */
const leastSlowMs = 1000;

/** An item that has been with its member for longer is past the knee; undefined while nothing is known. */
export function slowAfterMs(pace: Pace): number | undefined {
  if (pace.count < leastDone) return undefined;
  const mean = pace.sum / pace.count;
  const deviation = Math.sqrt(Math.max(0, pace.squares / pace.count - mean * mean));
  return Math.max(leastSlowMs, 2 * mean, mean + deviations * deviation);
}

/** So much work lies ready beside what runs: it covers the way to the server and back. */
const aheadMs = 1000;
const mostAhead = 16;

/** How many items one member is given at a time. Where they take long only as many wait as run. */
export function windowOf(perMember: number, pace: Pace): number {
  if (pace.count === 0) return 2 * perMember;
  const mean = Math.max(1, pace.sum / pace.count);
  const ahead = Math.ceil((perMember * aheadMs) / mean);
  return perMember + Math.min(Math.max(perMember, ahead), perMember + mostAhead);
}
