/** Numbers for names, the lowest that is free: who has one keeps it, whoever else comes and goes. */
export class Slots {
  readonly #byName = new Map<string, number>();
  readonly #free: number[] = [];
  #next = 0;

  /** Beyond the highest that was ever given. */
  get end(): number {
    return this.#next;
  }

  get count(): number {
    return this.#byName.size;
  }

  take(name: string): number {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    const slot = this.#takeFree() ?? this.#next++;
    this.#byName.set(name, slot);
    return slot;
  }

  release(name: string): void {
    const slot = this.#byName.get(name);
    if (slot === undefined) return;
    this.#byName.delete(name);
    this.#free.push(slot);
  }

  entries(): IterableIterator<[string, number]> {
    return this.#byName.entries();
  }

  #takeFree(): number | undefined {
    if (this.#free.length === 0) return undefined;
    const lowest = Math.min(...this.#free);
    this.#free.splice(this.#free.indexOf(lowest), 1);
    return lowest;
  }
}
