interface Waiter {
  readonly first: boolean;
  readonly start: (leave: () => void) => void;
}

/**
 * Lets at most `places` pieces of work run at once; those marked first go before others that wait. Used for
 * connection attempts (machines that were connected before come first) and for uploads.
 */
export class StartGate {
  readonly #places: number;
  readonly #waiting: Waiter[] = [];
  #taken = 0;

  constructor(places: number) {
    this.#places = places;
  }

  get taken(): number {
    return this.#taken;
  }

  /** Resolves to the function that gives the place back, which may be called more than once. Rejects when aborted. */
  enter(options: { readonly first: boolean; readonly signal: AbortSignal }): Promise<() => void> {
    const { first, signal } = options;
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const waiter: Waiter = {
        first,
        start: (leave) => {
          signal.removeEventListener("abort", onAbort);
          resolve(leave);
        },
      };
      const onAbort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        reject(signal.reason);
      };
      signal.addEventListener("abort", onAbort, { once: true });
      this.#waiting.push(waiter);
      this.#fill();
    });
  }

  #fill(): void {
    while (this.#taken < this.#places && this.#waiting.length > 0) {
      const index = Math.max(
        0,
        this.#waiting.findIndex((waiter) => waiter.first),
      );
      const [next] = this.#waiting.splice(index, 1);
      this.#taken++;
      next?.start(this.#leaveOnce());
    }
  }

  #leaveOnce(): () => void {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#taken--;
      this.#fill();
    };
  }
}
