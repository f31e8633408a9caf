import type { Clock } from "../clock/index.ts";

/** So long control loops may hold the thread before whoever waits for I/O has a turn. */
const maxTurnMs = 5;

/** After so long without a piece of work there is none. */
const quietMs = 20;

/**
 * Turns of the event loop, shared by all control loops of a process. Many a reconcile waits for nothing: thousands of them
 * in a row would keep beats of machines and requests of people from being heard.
 */
export class Turns {
  readonly #clock: Clock;
  #startedMs = Number.NEGATIVE_INFINITY;
  #next: Promise<void> | undefined;
  #usedMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Somebody has had something to do just now. */
  get isBusy(): boolean {
    return this.#clock.monotonic() - this.#usedMs < quietMs;
  }

  /** To be awaited between two pieces of work: resolves at once, or in the next turn where this one has been long. */
  async give(): Promise<void> {
    this.#usedMs = this.#clock.monotonic();
    if (this.#next === undefined && this.#clock.monotonic() - this.#startedMs < maxTurnMs) return;
    this.#next ??= new Promise((resolve) => {
      this.#clock.defer(() => {
        this.#startedMs = this.#clock.monotonic();
        this.#next = undefined;
        resolve();
      });
    });
    await this.#next;
  }
}
