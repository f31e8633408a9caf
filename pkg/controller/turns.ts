import type { Clock } from "../clock/index.ts";

/** So long control loops may hold the thread before whoever waits for I/O has a turn. */
const maxTurnMs = 5;

/**
 * Turns of the event loop, shared by all control loops of a process. Many a reconcile waits for nothing: thousands of them
 * in a row would keep beats of machines and requests of people from being heard.
 */
export class Turns {
  readonly #clock: Clock;
  #startedMs = Number.NEGATIVE_INFINITY;
  #next: Promise<void> | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** To be awaited between two pieces of work: resolves at once, or in the next turn where this one has been long. */
  async give(): Promise<void> {
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
