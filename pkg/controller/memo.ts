/**
 * Remembers one result for each object, and gives it again for as long as everything it was made of is the very same.
 * Objects of caches are never changed, so what is the very same says the same. Keeps nothing alive.
 */
export class Memo<Key extends object, Value> {
  readonly #known = new WeakMap<Key, { readonly parts: readonly unknown[]; readonly value: Value }>();

  /** `parts`: all that `make` reads besides the key. */
  of(key: Key, parts: readonly unknown[], make: () => Value): Value {
    const known = this.#known.get(key);
    if (known !== undefined && areSame(known.parts, parts)) return known.value;
    const value = make();
    this.#known.set(key, { parts, value });
    return value;
  }
}

function areSame(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((part, index) => part === right[index]);
}
