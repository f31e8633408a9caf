/** Spreads sends: in any second no more than so many begin. */
export class Pace {
  /** Monotonic: when the last ones began, oldest first. */
  readonly #begun: number[] = [];

  /** Takes a place, and says how long to wait for it. */
  take(maxPerSecond: number, nowMs: number): number {
    while (this.#begun.length > maxPerSecond) this.#begun.shift();
    const isFull = this.#begun.length === maxPerSecond;
    const atMs = Math.max(nowMs, isFull ? (this.#begun[0] ?? nowMs) + 1000 : nowMs);
    if (isFull) this.#begun.shift();
    this.#begun.push(atMs);
    return atMs - nowMs;
  }
}
