import type { Clock } from "../clock/index.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** When simulated worlds begin, by the wall clock. */
const wallStart = Date.UTC(2026, 0, 1);

/**
 * No timer is shorter: one that is less than numbers can tell apart would come at the same instant again, for ever. Real
 * timers have such a limit too, of a whole millisecond.
 */
const shortestMs = 0.01;

/** A machine's wall clock, which may be wrong. */
export interface WallClock {
  /** How far it is from the true time, in milliseconds. */
  offsetMs: number;
}

/**
 * The time as one simulated process sees it, and its life: what is frozen does later what it was to do meanwhile, and
 * what was killed does nothing any more.
 */
export class ProcessClock implements Clock {
  readonly #time: VirtualTime;
  readonly #wall: WallClock;
  #isAlive = true;
  #frozen: (() => void)[] | undefined;

  constructor(time: VirtualTime, wall: WallClock) {
    this.#time = time;
    this.#wall = wall;
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  get isFrozen(): boolean {
    return this.#frozen !== undefined;
  }

  now(): number {
    return wallStart + this.#time.now + this.#wall.offsetMs;
  }

  monotonic(): number {
    return this.#time.now;
  }

  setTimer(delayMs: number, callback: () => void): () => void {
    if (!this.#isAlive) return () => undefined;
    let isCancelled = false;
    const cancel = this.#time.after(Math.max(delayMs, shortestMs), () => this.run(() => isCancelled || callback()));
    return () => {
      isCancelled = true;
      cancel();
    };
  }

  defer(callback: () => void): void {
    this.#time.defer(() => this.run(callback));
  }

  /** Has the process do something, if it can: how everything from outside reaches it. */
  run(callback: () => void): void {
    if (!this.#isAlive) return;
    if (this.#frozen === undefined) callback();
    else this.#frozen.push(callback);
  }

  /** An answer from outside, that comes only if the process still lives then. */
  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.setTimer(delayMs, resolve));
  }

  freeze(): void {
    this.#frozen ??= [];
  }

  thaw(): void {
    const missed = this.#frozen ?? [];
    this.#frozen = undefined;
    for (const callback of missed) this.#time.defer(() => this.run(callback));
  }

  kill(): void {
    this.#isAlive = false;
    this.#frozen = undefined;
  }
}
