import type { Clock } from "../clock/index.ts";

/** Aborts a stream on which nothing has come for too long: a connection may be dead without either end knowing. */
export class Silence {
  readonly signal: AbortSignal;
  readonly #clock: Clock;
  readonly #limitMs: number;
  readonly #broken = new AbortController();
  #heardAt: number;
  #cancel: () => void = () => {};

  /** `signal` ends the stream for other reasons; a limit of Infinity is none. */
  constructor(clock: Clock, limitMs: number, signal: AbortSignal) {
    this.signal = AbortSignal.any([signal, this.#broken.signal]);
    this.#clock = clock;
    this.#limitMs = limitMs;
    this.#heardAt = clock.monotonic();
    if (Number.isFinite(limitMs)) this.#wait(limitMs);
  }

  /** Something came. Costs nothing: the timer looks at the time when it fires. */
  heard(): void {
    this.#heardAt = this.#clock.monotonic();
  }

  end(): void {
    this.#cancel();
  }

  #wait(delayMs: number): void {
    this.#cancel = this.#clock.setTimer(delayMs, () => {
      const left = this.#heardAt + this.#limitMs - this.#clock.monotonic();
      if (left <= 0) this.#broken.abort();
      else this.#wait(left);
    });
  }
}
