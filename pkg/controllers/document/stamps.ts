/**
 * Numbers objects, and lists of them, by identity. A cache gives another object whenever one has changed: where numbers
 * are equal nothing has. Keeps nothing alive.
 */
export class Stamps {
  readonly #numbers = new WeakMap<object, number>();
  #last = 0;

  /** Equal for the very same things in the same order. */
  of(things: readonly (object | undefined)[]): string {
    return things.map((thing) => (thing === undefined ? 0 : this.#number(thing))).join(" ");
  }

  #number(thing: object): number {
    const known = this.#numbers.get(thing);
    if (known !== undefined) return known;
    this.#last++;
    this.#numbers.set(thing, this.#last);
    return this.#last;
  }
}
