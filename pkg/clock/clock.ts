/**
 * Time as a port. Everything that asks for the time or waits takes a Clock, so that tests and the simulator decide
 * how time passes.
 */
export interface Clock {
  /** Wall-clock time in milliseconds since 1970; may jump. For what people read. */
  now(): number;
  /** Milliseconds on a clock that never jumps. For measuring and for deadlines. */
  monotonic(): number;
  /** Calls `callback` once after `delayMs`; the returned function cancels it. */
  setTimer(delayMs: number, callback: () => void): () => void;
  /** Calls `callback` once all that runs now is done, and the promise callbacks that it leaves. Takes no time. */
  defer(callback: () => void): void;
}

/** Waits; rejects with the signal's reason when aborted. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const cancel = clock.setTimer(delayMs, () => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    });
    const onAbort = (): void => {
      cancel();
      reject(signal?.reason);
    };
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer(delayMs, callback) {
    // setTimeout fires at once for delays above 2^31-1 ms; nothing here waits that long, so it is cut.
    const timer = setTimeout(callback, Math.min(Math.max(0, delayMs), 2 ** 31 - 1));
    return () => clearTimeout(timer);
  },
  defer: (callback) => void setImmediate(callback),
};
