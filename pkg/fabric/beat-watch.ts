import type { Clock } from "../clock/index.ts";

/** How often silence is judged: adds at most this to every detection. */
const tickMs = 50;
/** An event loop that was late by more has not been able to hear anybody: that time does not count. */
const maxLagMs = 250;
/** After standing still for so long nothing is taken for silence that was before it. */
const awayMs = 2000;

/**
 * One timer for the silence of all machines, and the clock by which it is measured: time in which this process was frozen,
 * starved or blocked does not pass on it. A busy server therefore still tells who is gone, only later by as much as it stood still.
 */
export class BeatWatch {
  readonly #clock: Clock;
  readonly #onTick: (now: number, floor: number) => void;
  #last: number;
  #lostMs = 0;
  #floor = 0;
  #absences = 0;
  #cancel: () => void = () => {};

  /** `onTick`: the attentive time now, and the time before which nothing counts as silence. */
  constructor(clock: Clock, onTick: (now: number, floor: number) => void) {
    this.#clock = clock;
    this.#onTick = onTick;
    this.#last = clock.monotonic();
    this.#arm();
  }

  /** Attentive time, in milliseconds. */
  get now(): number {
    // More than this since the last tick is a standstill, which the next one takes off.
    return this.#last - this.#lostMs + Math.min(this.#clock.monotonic() - this.#last, tickMs + maxLagMs);
  }

  /** How often it stood still for so long that what was begun before says nothing. */
  get absences(): number {
    return this.#absences;
  }

  stop(): void {
    this.#cancel();
  }

  #arm(): void {
    this.#cancel();
    this.#cancel = this.#clock.setTimer(tickMs, () => this.#tick());
  }

  #tick(): void {
    const now = this.#clock.monotonic();
    const passedMs = now - this.#last;
    this.#last = now;
    this.#arm();
    if (passedMs <= tickMs + maxLagMs) {
      this.#onTick(now - this.#lostMs, this.#floor);
      return;
    }
    // What arrived meanwhile is read before the next tick judges.
    this.#lostMs += passedMs - tickMs;
    if (passedMs < awayMs) return;
    this.#floor = now - this.#lostMs;
    this.#absences++;
  }
}
