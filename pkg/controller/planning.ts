import type { Clock } from "../clock/index.ts";

/** With so much more rest, planning one object takes a twentieth of the thread at most. */
const restFactor = 19;

/** Who only sums up waits so much longer for others to be through. */
const giveWayFactor = 60;

export interface Planned<P> {
  readonly plan: P;
  /** How long the object rests after it, in proportion to what planning cost. */
  readonly restMs: number;
  /** How long it may wait for others from then on. */
  readonly giveWayMs: number;
}

/** What a plan says, and what follows from what it cost. */
export function planned<P>(clock: Clock, make: () => P): Planned<P> {
  const startedMs = clock.monotonic();
  const plan = make();
  const costMs = clock.monotonic() - startedMs;
  return { plan, restMs: costMs * restFactor, giveWayMs: costMs * giveWayFactor };
}
