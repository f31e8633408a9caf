import type { Clock } from "../clock/index.ts";

/** Told what happens in a queue; for metrics. All calls are cheap and must not throw. */
export interface QueueObserver {
  added(): void;
  retried(): void;
  depth(keys: number): void;
  /** Seconds from the add until the key was taken. */
  waited(seconds: number): void;
}

export interface WorkQueueOptions {
  readonly clock: Clock;
  /** In [0, 1); spreads retries. */
  readonly random: () => number;
  /** Delay after the first failure; doubles with each. Default 5 ms. */
  readonly baseDelayMs?: number;
  /** Default 30 s. */
  readonly maxDelayMs?: number;
  readonly observer?: QueueObserver;
}

interface Delayed {
  readonly dueMs: number;
  readonly cancel: () => void;
}

/**
 * Keys that wait for work. Fair: in the order of their first add. Stingy: a key that is added many times before it is
 * taken is taken once; one that is added while it is being worked on is taken again after that, never by two at once.
 */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  /** To be taken, oldest first, with the instant of the add. A key in `processing` is never in here. */
  readonly #waiting = new Map<string, number>();
  /** Taken and not done. */
  readonly #processing = new Set<string>();
  /** Added while in `processing`: goes to `waiting` when done. */
  readonly #again = new Set<string>();
  /** Of `processing`: done, and not to be taken yet. What ends the rest. */
  readonly #resting = new Map<string, () => void>();
  readonly #delayed = new Map<string, Delayed>();
  readonly #failures = new Map<string, number>();
  /** Workers without work, oldest first. */
  readonly #takers: (() => void)[] = [];
  #isShutDown = false;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
  }

  /** Keys that wait now; neither those being worked on nor delayed ones. */
  get depth(): number {
    return this.#waiting.size;
  }

  /** Nothing waits, is being worked on, rests, or is to be tried again: if anything comes, it is because its time has come. */
  get isQuiet(): boolean {
    return this.#waiting.size === 0 && this.#processing.size === 0 && this.#failures.size === 0;
  }

  add(key: string): void {
    if (this.#isShutDown || this.#waiting.has(key) || this.#again.has(key)) return;
    this.#options.observer?.added();
    if (this.#processing.has(key)) this.#again.add(key);
    else this.#enqueue(key);
  }

  /** Adds later. Of several delays of a key the earliest holds, and taking the key settles them all. */
  addAfter(key: string, delayMs: number): void {
    if (this.#isShutDown) return;
    if (delayMs <= 0) {
      this.add(key);
      return;
    }
    const { clock } = this.#options;
    const dueMs = clock.monotonic() + delayMs;
    const delayed = this.#delayed.get(key);
    if (delayed !== undefined && delayed.dueMs <= dueMs) return;
    delayed?.cancel();
    const cancel = clock.setTimer(delayMs, () => {
      this.#delayed.delete(key);
      this.add(key);
    });
    this.#delayed.set(key, { dueMs, cancel });
  }

  /** Adds after a delay that grows with each call until `forget`. Returns the delay in milliseconds. */
  addRateLimited(key: string): number {
    const { baseDelayMs = 5, maxDelayMs = 30_000, random, observer } = this.#options;
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    const fullMs = Math.min(maxDelayMs, baseDelayMs * 2 ** Math.min(failures, 40));
    // Half fixed, half random: keys that failed together do not come back together.
    const delayMs = fullMs / 2 + (random() * fullMs) / 2;
    observer?.retried();
    this.addAfter(key, delayMs);
    return delayMs;
  }

  /** The key succeeded: its next failure is its first. */
  forget(key: string): void {
    this.#failures.delete(key);
  }

  /** Calls of addRateLimited since the last `forget`. */
  failures(key: string): number {
    return this.#failures.get(key) ?? 0;
  }

  /**
   * The next key, as soon as there is one; undefined when the queue is shut down. `done` must follow. `prepare` is awaited
   * before the key is chosen: what is added until then is in the work that follows, and calls for no other.
   */
  async take(prepare?: () => Promise<void>): Promise<string | undefined> {
    while (!this.#isShutDown) {
      if (this.#waiting.size === 0) {
        await this.#wake();
        continue;
      }
      await prepare?.();
      const [next] = this.#waiting;
      if (next === undefined) continue;
      const [key, addedMs] = next;
      this.#start(key, addedMs);
      return key;
    }
    return undefined;
  }

  /** The work is over; after `restMs` the key may be taken again. */
  done(key: string, restMs = 0): void {
    if (this.#isShutDown) return;
    if (restMs > 0) {
      const cancel = this.#options.clock.setTimer(restMs, () => {
        this.#resting.delete(key);
        this.done(key);
      });
      this.#resting.set(key, cancel);
      return;
    }
    this.#processing.delete(key);
    if (this.#again.delete(key)) this.#enqueue(key);
  }

  /** Drops all keys and lets all who wait in `take` go. */
  shutDown(): void {
    this.#isShutDown = true;
    for (const { cancel } of this.#delayed.values()) cancel();
    for (const cancel of this.#resting.values()) cancel();
    this.#delayed.clear();
    this.#resting.clear();
    this.#waiting.clear();
    this.#again.clear();
    for (const wake of this.#takers.splice(0)) wake();
    this.#options.observer?.depth(0);
  }

  /** Resolves when there may be something to take, or nothing ever again. */
  #wake(): Promise<void> {
    return new Promise((resolve) => this.#takers.push(resolve));
  }

  #enqueue(key: string): void {
    this.#waiting.set(key, this.#options.clock.monotonic());
    this.#options.observer?.depth(this.#waiting.size);
    this.#takers.shift()?.();
  }

  #start(key: string, addedMs: number): void {
    this.#waiting.delete(key);
    this.#processing.add(key);
    this.#delayed.get(key)?.cancel();
    this.#delayed.delete(key);
    const { observer, clock } = this.#options;
    observer?.waited((clock.monotonic() - addedMs) / 1000);
    observer?.depth(this.#waiting.size);
  }
}
