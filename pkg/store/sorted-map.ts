/** Large enough that few chunks are visited, small enough that an insertion moves little. */
const maxChunk = 512;

/** Keys in code-unit order, and beside each its value. */
interface Chunk<T> {
  readonly keys: string[];
  readonly values: T[];
}

/** Values by distinct strings in code-unit order, in chunks, so that inserting among many stays cheap. */
export class SortedMap<T> {
  /** Never holds an empty chunk. */
  readonly #chunks: Chunk<T>[] = [];

  /** Fills an empty map at once; the keys are distinct. */
  static from<T>(entries: readonly T[], keyOf: (entry: T) => string): SortedMap<T> {
    const sorted = [...entries].sort((a, b) => compareKeys(keyOf(a), keyOf(b)));
    const result = new SortedMap<T>();
    const half = maxChunk / 2;
    for (let start = 0; start < sorted.length; start += half) {
      const values = sorted.slice(start, start + half);
      result.#chunks.push({ keys: values.map(keyOf), values });
    }
    return result;
  }

  set(key: string, value: T): void {
    const index = Math.min(this.#chunkFrom(key), this.#chunks.length - 1);
    const chunk = this.#chunks[index];
    if (chunk === undefined) {
      this.#chunks.push({ keys: [key], values: [value] });
      return;
    }
    const { keys, values } = chunk;
    const position = firstIndex(keys, (other) => other < key);
    if (keys[position] === key) {
      values[position] = value;
      return;
    }
    keys.splice(position, 0, key);
    values.splice(position, 0, value);
    if (keys.length <= maxChunk) return;
    this.#chunks.splice(index + 1, 0, { keys: keys.splice(maxChunk / 2), values: values.splice(maxChunk / 2) });
  }

  /** Removes a key that is there. */
  delete(key: string): void {
    const index = this.#chunkFrom(key);
    const chunk = this.#chunks[index];
    if (chunk === undefined) return;
    const { keys, values } = chunk;
    const position = firstIndex(keys, (other) => other < key);
    if (keys[position] !== key) return;
    keys.splice(position, 1);
    values.splice(position, 1);
    if (keys.length === 0) this.#chunks.splice(index, 1);
  }

  /** The values of the first `limit` keys with this prefix that come after `after`, and how many more there are. */
  range(prefix: string, after: string | undefined, limit: number): { values: T[]; remaining: number } {
    const isBefore =
      after === undefined || after < prefix ? (key: string) => key < prefix : (key: string) => key <= after;
    const found: T[] = [];
    let remaining = 0;
    const first = firstIndex(this.#chunks, ({ keys }) => isBefore(keys[keys.length - 1] ?? ""));
    for (let index = first; index < this.#chunks.length; index++) {
      const { keys, values } = this.#chunks[index] ?? { keys: [], values: [] };
      const start = index === first ? firstIndex(keys, isBefore) : 0;
      const end = firstIndex(keys, (key) => key < prefix || key.startsWith(prefix));
      const taken = Math.max(0, Math.min(end - start, limit - found.length));
      for (let position = start; position < start + taken; position++) found.push(values[position] as T);
      remaining += Math.max(0, end - start - taken);
      if (end < keys.length) break;
    }
    return { values: found, remaining };
  }

  /** Index of the first chunk whose last key does not come before a key. */
  #chunkFrom(key: string): number {
    return firstIndex(this.#chunks, ({ keys }) => (keys[keys.length - 1] ?? "") < key);
  }
}

/** Code-unit order, the order of JavaScript's `<`. */
export function compareKeys(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Binary search: index of the first element that is not before; `isBefore` holds for a prefix of the array. */
export function firstIndex<T>(sorted: readonly T[], isBefore: (element: T) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(sorted[middle] as T)) low = middle + 1;
    else high = middle;
  }
  return low;
}
