import { type Clock, sleep } from "../../clock/index.ts";

/** Lets so many bytes pass in a second, to all that share it together; half a second's worth may pass at once. */
export class Throttle {
  readonly #clock: Clock;
  readonly #bytesPerSecond: number;
  /** When all that was let pass would have gone at that speed. */
  #paidAt: number;

  constructor(clock: Clock, bytesPerSecond: number) {
    this.#clock = clock;
    this.#bytesPerSecond = bytesPerSecond;
    this.#paidAt = clock.monotonic();
  }

  /** Resolves when so many more bytes may pass. */
  async take(bytes: number, signal: AbortSignal): Promise<void> {
    const now = this.#clock.monotonic();
    this.#paidAt = Math.max(this.#paidAt, now - burstMs) + (bytes * 1000) / this.#bytesPerSecond;
    const waitMs = this.#paidAt - now;
    if (waitMs > 0) await sleep(this.#clock, waitMs, signal);
  }
}

const burstMs = 500;
