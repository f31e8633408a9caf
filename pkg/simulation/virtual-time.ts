interface Timer {
  readonly at: number;
  readonly order: number;
  callback: (() => void) | undefined;
}

/** So many timers fire before whoever else lives in this thread is heard. */
const firedInTurn = 1000;

/**
 * The time of a simulated world. It stands still while anything is left to do at an instant, then jumps to the next
 * timer; timers of one instant fire in the order in which they were set. So a run depends on nothing but its inputs.
 */
export class VirtualTime {
  #now = 0;
  #order = 0;
  #fired = 0;
  /** A binary heap, earliest first. */
  readonly #timers: Timer[] = [];
  #deferred: (() => void)[] = [];

  /** Milliseconds since the world began. */
  get now(): number {
    return this.#now;
  }

  /** How many timers have fired. */
  get fired(): number {
    return this.#fired;
  }

  /** Returns what cancels it. */
  after(delayMs: number, callback: () => void): () => void {
    const timer: Timer = { at: this.#now + Math.max(0, delayMs), order: this.#order++, callback };
    this.#push(timer);
    return () => {
      timer.callback = undefined;
    };
  }

  /** Calls back once everything that runs now is done. */
  defer(callback: () => void): void {
    this.#deferred.push(callback);
  }

  /**
   * Lets time pass until `end`; `onQuiet` is called whenever nothing is left to do at an instant, and again where it says
   * that it has found something to do then.
   */
  async runUntil(end: number, onQuiet: () => boolean): Promise<void> {
    do await this.#settle();
    while (onQuiet());
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#now = next.at;
      const { callback } = next;
      next.callback = undefined;
      if (++this.#fired % firedInTurn === 0) await turn();
      callback?.();
      do await this.#settle();
      while (onQuiet());
    }
    this.#now = end;
  }

  async #settle(): Promise<void> {
    await drainPromises();
    while (this.#deferred.length > 0) {
      const deferred = this.#deferred;
      this.#deferred = [];
      for (const callback of deferred) {
        callback();
        await drainPromises();
      }
    }
  }

  #next(end: number): Timer | undefined {
    for (let first = this.#timers[0]; first !== undefined && first.at <= end; first = this.#timers[0]) {
      this.#pop();
      if (first.callback !== undefined) return first;
    }
    return undefined;
  }

  #push(timer: Timer): void {
    const timers = this.#timers;
    let place = timers.length;
    timers.push(timer);
    while (place > 0) {
      const parent = (place - 1) >>> 1;
      const above = timers[parent];
      if (above === undefined || !isBefore(timer, above)) break;
      timers[place] = above;
      place = parent;
    }
    timers[place] = timer;
  }

  #pop(): void {
    const timers = this.#timers;
    const last = timers.pop();
    if (last === undefined || timers.length === 0) return;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      const right = timers[child + 1];
      let least = timers[child];
      if (least === undefined) break;
      if (right !== undefined && isBefore(right, least)) {
        child++;
        least = right;
      }
      if (!isBefore(least, last)) break;
      timers[place] = least;
      place = child;
    }
    timers[place] = last;
  }
}

function isBefore(left: Timer, right: Timer): boolean {
  return left.at < right.at || (left.at === right.at && left.order < right.order);
}

/**
 * Lets queued promise callbacks run: a tick comes after chains of any length, and costs a tenth of a turn of the event loop.
 */
function drainPromises(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}

/** Lets others in this thread have their turn. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
