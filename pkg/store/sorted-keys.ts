/** Large enough that few chunks are visited, small enough that an insertion moves little. */
const maxChunk = 512;

/** Distinct strings in code-unit order, in chunks, so that inserting among many stays cheap. */
export class SortedKeys {
  /** Never holds an empty chunk. */
  readonly #chunks: string[][] = [];

  /** Fills an empty set at once. */
  static from(keys: readonly string[]): SortedKeys {
    const sorted = [...keys].sort(compareKeys);
    const result = new SortedKeys();
    const half = maxChunk / 2;
    for (let start = 0; start < sorted.length; start += half) result.#chunks.push(sorted.slice(start, start + half));
    return result;
  }

  /** Adds a key that is not there. */
  add(key: string): void {
    const index = Math.max(
      0,
      this.#chunkAfter((last) => last < key),
    );
    const chunk = this.#chunks[Math.min(index, this.#chunks.length - 1)];
    if (chunk === undefined) {
      this.#chunks.push([key]);
      return;
    }
    chunk.splice(
      firstIndex(chunk, (other) => other < key),
      0,
      key,
    );
    if (chunk.length > maxChunk) this.#chunks.splice(this.#chunks.indexOf(chunk) + 1, 0, chunk.splice(maxChunk / 2));
  }

  /** Removes a key that is there. */
  delete(key: string): void {
    const index = this.#chunkAfter((last) => last < key);
    const chunk = this.#chunks[index];
    if (chunk === undefined) return;
    const position = firstIndex(chunk, (other) => other < key);
    if (chunk[position] !== key) return;
    chunk.splice(position, 1);
    if (chunk.length === 0) this.#chunks.splice(index, 1);
  }

  /** The first `limit` keys with this prefix that come after `after`, and how many more there are. */
  range(prefix: string, after: string | undefined, limit: number): { keys: string[]; remaining: number } {
    const isBefore =
      after === undefined || after < prefix ? (key: string) => key < prefix : (key: string) => key <= after;
    const keys: string[] = [];
    let remaining = 0;
    for (let index = this.#chunkAfter(isBefore); index < this.#chunks.length; index++) {
      const chunk = this.#chunks[index] ?? [];
      const start = firstIndex(chunk, isBefore);
      const end = firstIndex(chunk, (key) => key < prefix || key.startsWith(prefix));
      const taken = Math.max(0, Math.min(end - start, limit - keys.length));
      for (let position = start; position < start + taken; position++) keys.push(chunk[position] ?? "");
      remaining += Math.max(0, end - start - taken);
      if (end < chunk.length) break;
    }
    return { keys, remaining };
  }

  /** Index of the first chunk whose last key is not before. */
  #chunkAfter(isBefore: (key: string) => boolean): number {
    return firstIndex(this.#chunks, (chunk) => isBefore(chunk[chunk.length - 1] ?? ""));
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
