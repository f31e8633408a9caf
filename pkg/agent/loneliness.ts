import type { Clock } from "../clock/index.ts";

export interface LonelinessOptions {
  readonly clock: Clock;
  readonly afterMs: number;
  /** Whether a server is connected, or a claim is held. */
  readonly isWanted: () => boolean;
  readonly onLonely: () => void;
}

/** How often it is looked, at most. */
const checkMs = 60_000;

/** Calls once when nobody has wanted this agent for long. Returns the stopper. */
export function watchLoneliness({ clock, afterMs, isWanted, onLonely }: LonelinessOptions): () => void {
  let wantedAt = clock.monotonic();
  let cancel = (): void => undefined;
  const look = (): void => {
    if (isWanted()) wantedAt = clock.monotonic();
    if (clock.monotonic() - wantedAt >= afterMs) onLonely();
    else cancel = clock.setTimer(Math.min(afterMs, checkMs), look);
  };
  look();
  return () => cancel();
}
