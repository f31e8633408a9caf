import type { Clock } from "./clock.ts";

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

/** A clock that moves only when told to. Timers due at the same instant fire in the order in which they were set. */
export class FakeClock implements Clock {
  #now: number;
  #elapsed = 0;
  #order = 0;
  readonly #timers = new Set<Timer>();

  constructor(start = 1_700_000_000_000) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  setTimer(delayMs: number, callback: () => void): () => void {
    const timer = { at: this.#elapsed + Math.max(0, delayMs), order: this.#order++, callback };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  defer(callback: () => void): void {
    setImmediate(callback);
  }

  /** How many timers are waiting. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Moves wall-clock time alone, as NTP or a person may. */
  jump(byMs: number): void {
    this.#now += byMs;
  }

  /** Lets `byMs` pass, firing what becomes due in order; promise callbacks run between timers. */
  async advance(byMs: number): Promise<void> {
    const end = this.#elapsed + byMs;
    await settle();
    for (let next = this.#nextDue(end); next !== undefined; next = this.#nextDue(end)) {
      this.#timers.delete(next);
      this.#moveTo(next.at);
      next.callback();
      await settle();
    }
    this.#moveTo(end);
    await settle();
  }

  #nextDue(end: number): Timer | undefined {
    let best: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.at > end) continue;
      if (best === undefined || timer.at < best.at || (timer.at === best.at && timer.order < best.order)) best = timer;
    }
    return best;
  }

  #moveTo(instant: number): void {
    if (instant <= this.#elapsed) return;
    this.#now += instant - this.#elapsed;
    this.#elapsed = instant;
  }
}

/** Lets queued promise callbacks run; a macrotask, so that chains of any length settle. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
