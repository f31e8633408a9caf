/** How a source has fared so far. */
export interface SourceProgress {
  /** It has all of the package; else it may wait for it itself. */
  readonly isComplete: boolean;
  /** Since it was asked, milliseconds. */
  readonly sinceMs: number;
  /** Since its last byte. */
  readonly silentMs: number;
  /** What came in the last `windowMs` of such a source. */
  readonly recentBytes: number;
  readonly hasOthers: boolean;
}

interface Patience {
  /** Over so long its speed is measured. */
  readonly windowMs: number;
  readonly silentMs: number;
  /** Where it is the only one. */
  readonly silentAloneMs: number;
}

/** Below that the next source is better, whatever it is. */
const slowBytesPerSecond = 256 << 10;
const ofComplete: Patience = { windowMs: 2000, silentMs: 2000, silentAloneMs: 10_000 };
/** Chunks may come seldom from where all of them come from. */
const ofOthers: Patience = { windowMs: 10_000, silentMs: 5000, silentAloneMs: 30_000 };

export function windowMs(isComplete: boolean): number {
  return (isComplete ? ofComplete : ofOthers).windowMs;
}

/**
 * Whether a source is kept, or why it is not: one that is slow is left while there are others; one that is silent in any
 * case, as it may be dead.
 */
export function judgeSource(progress: SourceProgress): string | undefined {
  const { isComplete, sinceMs, silentMs, recentBytes, hasOthers } = progress;
  const patience = isComplete ? ofComplete : ofOthers;
  if (silentMs > (hasOthers ? patience.silentMs : patience.silentAloneMs))
    return `no byte came for ${Math.round(silentMs)} ms`;
  if (!hasOthers || sinceMs < patience.windowMs) return undefined;
  const speed = (recentBytes * 1000) / patience.windowMs;
  return speed < slowBytesPerSecond ? `${Math.round(speed / 1024)} KiB a second came` : undefined;
}
