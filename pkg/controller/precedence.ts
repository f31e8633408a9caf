import type { Clock } from "../clock/index.ts";

/** While others go first, everybody else has so long at a time. */
const openMs = 5;

/** And then waits so many times as long as that took: a seventh of the thread is theirs whatever there is to take in. */
const closedFactor = 6;

/** However long one of them held the thread, they do not wait longer than this. */
const maxClosedMs = 500;

/** None of them has had anything to do for so long: then they have not used up any time. */
const idleMs = 300;

/** How often it is looked whether it is their turn. */
const lookMs = 1;

/**
 * Lets those go first that take in what machines report, for as long as they have not kept up with it: what is decided of
 * ten thousand processes before the last of them has been heard is decided again after it. Nobody is kept waiting for good.
 */
export class Precedence {
  readonly #clock: Clock;
  readonly #backlogs: (() => number)[] = [];
  /** When their turn began, of those who do not go first, and when one of them went on last. */
  #openedAtMs = Number.NEGATIVE_INFINITY;
  #passedAtMs = Number.NEGATIVE_INFINITY;
  /** Until then they wait. */
  #closedUntilMs = Number.NEGATIVE_INFINITY;
  #opening: Promise<void> | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The number of keys that wait in a queue which goes first. */
  add(backlog: () => number): void {
    this.#backlogs.push(backlog);
  }

  /** To be awaited by whoever does not go first, before each piece of work. */
  async wait(): Promise<void> {
    while (!this.#isOpen(this.#clock.monotonic())) {
      this.#opening ??= this.#look();
      await this.#opening;
    }
  }

  #isOpen(nowMs: number): boolean {
    const hasBacklog = this.#backlogs.some((backlog) => backlog() > 0);
    if (hasBacklog && nowMs < this.#closedUntilMs) return false;
    const wasClosed = this.#closedUntilMs > this.#openedAtMs;
    if (!hasBacklog || wasClosed || nowMs - this.#passedAtMs > idleMs) {
      this.#openedAtMs = nowMs;
      this.#closedUntilMs = nowMs;
    }
    const heldMs = nowMs - this.#openedAtMs;
    if (heldMs < openMs) {
      this.#passedAtMs = nowMs;
      return true;
    }
    this.#closedUntilMs = nowMs + Math.min(maxClosedMs, heldMs * closedFactor);
    return false;
  }

  /** All who wait, wait for the same look. */
  #look(): Promise<void> {
    return new Promise((resolve) => {
      this.#clock.setTimer(lookMs, () => {
        this.#opening = undefined;
        resolve();
      });
    });
  }
}
