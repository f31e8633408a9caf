import type { KubeObject } from "../../api/index.ts";
import type { Change, Objects } from "./world.ts";

/** An object with its place in the order. */
export interface Row<T extends KubeObject> {
  readonly key: string;
  readonly object: T;
  readonly rank: string | number;
}

export interface RowRules<T extends KubeObject> {
  readonly passes: (object: T) => boolean;
  /** Equal ranks are in the order of their keys. Numbers come before texts. */
  readonly rankOf: (object: T) => string | number;
  readonly isDescending: boolean;
}

/** Those objects that pass, in order. A change costs one search, however many there are. */
export class SortedRows<T extends KubeObject> {
  readonly #rules: RowRules<T>;
  readonly #byKey = new Map<string, Row<T>>();
  #rows: Row<T>[] = [];

  constructor(rules: RowRules<T>, objects: Objects<T>) {
    this.#rules = rules;
    for (const [key, object] of objects) {
      if (!rules.passes(object)) continue;
      const row = { key, object, rank: rules.rankOf(object) };
      this.#byKey.set(key, row);
      this.#rows.push(row);
    }
    this.#rows.sort((a, b) => this.#compare(a, b));
  }

  /** The same array is kept and changed. */
  get rows(): readonly Row<T>[] {
    return this.#rows;
  }

  /** Whether anything changed that is shown. */
  apply(changes: readonly Change<T>[]): boolean {
    let isChanged = false;
    for (const { key, now } of changes) {
      const before = this.#byKey.get(key);
      const passes = now !== undefined && this.#rules.passes(now);
      const after = passes ? { key, object: now, rank: this.#rules.rankOf(now) } : undefined;
      if (before === undefined && after === undefined) continue;
      isChanged = true;
      this.#replace(before, after);
    }
    return isChanged;
  }

  #replace(before: Row<T> | undefined, after: Row<T> | undefined): void {
    if (before !== undefined && after !== undefined && before.rank === after.rank) {
      this.#rows[this.#placeOf(before)] = after;
      this.#byKey.set(after.key, after);
      return;
    }
    if (before !== undefined) {
      this.#rows.splice(this.#placeOf(before), 1);
      this.#byKey.delete(before.key);
    }
    if (after !== undefined) {
      this.#rows.splice(this.#placeOf(after), 0, after);
      this.#byKey.set(after.key, after);
    }
  }

  /** Where a row is, or would be. */
  #placeOf(row: Row<T>): number {
    let [low, high] = [0, this.#rows.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#rows[middle];
      if (other !== undefined && this.#compare(other, row) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #compare(a: Row<T>, b: Row<T>): number {
    const order = compareRanks(a.rank, b.rank);
    if (order !== 0) return this.#rules.isDescending ? -order : order;
    return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
  }
}

function compareRanks(a: string | number, b: string | number): number {
  if (a === b) return 0;
  if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
  return a < b ? -1 : 1;
}
