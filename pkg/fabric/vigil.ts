/** One link whose silence is judged. */
export interface Watched {
  /** Judges it, and says until when nothing can come of judging it again; 0: at the next tick. All by attentive time. */
  tick(now: number, floor: number): number;
}

/**
 * Looks at each link no sooner than it asks for. Ten thousand machines that beat would be looked at two hundred thousand times a
 * second to find that none is late; when each may be, stands in one array of numbers.
 */
export class Vigil {
  readonly #slots = new Map<string, number>();
  readonly #free: number[] = [];
  readonly #watched: (Watched | undefined)[] = [];
  #dueAt = new Float64Array(64);

  add(resourceUid: string, watched: Watched): void {
    const slot = this.#free.pop() ?? this.#watched.length;
    if (slot >= this.#dueAt.length) {
      const larger = new Float64Array(2 * this.#dueAt.length);
      larger.set(this.#dueAt);
      this.#dueAt = larger;
    }
    this.#slots.set(resourceUid, slot);
    this.#watched[slot] = watched;
    this.#dueAt[slot] = 0;
  }

  remove(resourceUid: string): void {
    const slot = this.#slots.get(resourceUid);
    if (slot === undefined) return;
    this.#slots.delete(resourceUid);
    this.#watched[slot] = undefined;
    this.#free.push(slot);
  }

  /** Something about the link has changed: what it said of the next look no longer holds. */
  wake(resourceUid: string): void {
    const slot = this.#slots.get(resourceUid);
    if (slot !== undefined) this.#dueAt[slot] = 0;
  }

  tick(now: number, floor: number): void {
    for (let slot = 0; slot < this.#watched.length; slot++) {
      if ((this.#dueAt[slot] ?? 0) > now) continue;
      // First: what a look changes wakes the link again.
      this.#dueAt[slot] = 0;
      const dueAt = this.#watched[slot]?.tick(now, floor) ?? 0;
      this.#dueAt[slot] = dueAt;
    }
  }
}
