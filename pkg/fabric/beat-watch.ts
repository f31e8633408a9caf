import type { Clock } from "../clock/index.ts";

/** How often silence is judged: adds at most this to every detection. */
const tickMs = 50;
/** An event loop that was late by more has not been able to hear anybody; nobody is judged by that time. */
const maxLagMs = 250;

/**
 * One timer for the silence of all machines. Time in which this process was frozen, starved or blocked does not count:
 * silence is measured from `floor` on, the end of the last such time.
 */
export class BeatWatch {
  readonly #clock: Clock;
  readonly #onTick: (now: number, floor: number) => void;
  #last: number;
  #floor = 0;
  #stalls = 0;
  #cancel: () => void = () => {};

  constructor(clock: Clock, onTick: (now: number, floor: number) => void) {
    this.#clock = clock;
    this.#onTick = onTick;
    this.#last = clock.monotonic();
    this.#arm();
  }

  /** How often judgement was suspended; a look from outside during which this changed says nothing. */
  get stalls(): number {
    return this.#stalls;
  }

  stop(): void {
    this.#cancel();
  }

  #arm(): void {
    this.#cancel = this.#clock.setTimer(tickMs, () => this.#tick());
  }

  #tick(): void {
    const now = this.#clock.monotonic();
    if (now - this.#last > tickMs + maxLagMs) {
      this.#floor = now;
      this.#stalls++;
    }
    this.#last = now;
    this.#onTick(now, this.#floor);
    this.#arm();
  }
}
