import type { Clock } from "../clock/index.ts";
import type { Pace, Search } from "../match/index.ts";

export interface TurnOptions {
  readonly clock: Clock;
  /** How long a better set is looked for once there is one. */
  readonly budgetMs: number;
  readonly signal: AbortSignal;
}

/** So long the server does nothing else; beats of machines are answered in between. */
const turnMs = 10;

/** Runs a search in turns with all else that the server does. Rejects when the signal aborts. */
export async function inTurns<T>(search: Search<T>, pace: Pace, { clock, budgetMs, signal }: TurnOptions): Promise<T> {
  let spentMs = 0;
  for (;;) {
    signal.throwIfAborted();
    const startedAt = clock.monotonic();
    for (let nowMs = startedAt; nowMs - startedAt < turnMs; ) {
      const { done, value } = search.next();
      if (done === true) return value;
      const atMs = clock.monotonic();
      // What others do in between is not the search's time.
      if (pace.hasSet) spentMs += atMs - nowMs;
      pace.spent = spentMs / budgetMs;
      nowMs = atMs;
    }
    await new Promise<void>((resolve) => clock.defer(resolve));
  }
}
