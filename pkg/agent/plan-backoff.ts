/** Milliseconds; the longest wait between two attempts, before it is spread. */
const maxBackoffMs = 300_000;

/**
 * Wait before an attempt that follows `failures` failures in a row: 1 s, doubled each time, at most five minutes,
 * spread by a fifth either way. `jitter` is a random number in [0, 1).
 */
export function backoffMs(failures: number, jitter: number): number {
  const base = Math.min(maxBackoffMs, 1000 * 2 ** Math.min(Math.max(0, failures - 1), 20));
  return Math.round(base * (0.8 + 0.4 * jitter));
}

/**
 * Whether an instant has come. One that lies further ahead than any backoff is the mark of a clock that was set back;
 * it counts as come, or a restart would wait for hours.
 */
export function isDue(at: number | undefined, now: number): boolean {
  return at === undefined || at <= now || at > now + maxBackoffMs * 1.2;
}

/** The earlier of two instants, either of which may be absent. */
export function earlier(left: number | undefined, right: number | undefined): number | undefined {
  if (left === undefined) return right;
  return right === undefined ? left : Math.min(left, right);
}
