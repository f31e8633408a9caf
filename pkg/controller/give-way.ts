import type { Clock } from "../clock/index.ts";
import type { Turns } from "./turns.ts";

/** How often it is looked whether the others are through. */
const lookMs = 20;

/** Less is not worth a timer. */
const leastMs = lookMs;

/** However much there is to do, nobody is let wait longer than this. */
const mostMs = 3000;

/** Keys that are dear to look at: they wait until nobody has anything else to do, but not for ever. */
export class GiveWay {
  readonly #clock: Clock;
  readonly #turns: Turns;
  /** How long a key waits at most; only those that wait at all. */
  readonly #limits = new Map<string, number>();
  /** Those that wait now. What ends it. */
  readonly #waiting = new Map<string, () => void>();

  constructor(clock: Clock, turns: Turns) {
    this.#clock = clock;
    this.#turns = turns;
  }

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  /** From now on the key waits so long at most; 0: it does not wait. */
  limit(key: string, ms: number): void {
    if (ms < leastMs) this.#limits.delete(key);
    else this.#limits.set(key, Math.min(mostMs, ms));
  }

  /** Calls back at once, or later where the key is to wait; of several calls that wait the first one counts. */
  wait(key: string, go: () => void): void {
    const ms = this.#limits.get(key);
    if (ms === undefined) {
      go();
      return;
    }
    if (!this.#waiting.has(key)) this.#look(key, this.#clock.monotonic() + ms, go);
  }

  stop(): void {
    for (const cancel of this.#waiting.values()) cancel();
    this.#waiting.clear();
  }

  #look(key: string, untilMs: number, go: () => void): void {
    const cancel = this.#clock.setTimer(lookMs, () => {
      if (this.#turns.isBusy && this.#clock.monotonic() < untilMs) {
        this.#look(key, untilMs, go);
        return;
      }
      this.#waiting.delete(key);
      go();
    });
    this.#waiting.set(key, cancel);
  }
}
