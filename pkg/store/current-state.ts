import { compareKeys, SortedMap } from "./sorted-map.ts";
import type { Change, Entry, ListOptions, ListResult } from "./store.ts";

/** All entries that exist, in key order. */
export class CurrentState {
  readonly #entries: Map<string, Entry>;
  /** The same, in key order. */
  readonly #sorted: SortedMap<Entry>;

  constructor(entries: readonly Entry[]) {
    this.#entries = new Map(entries.map((entry) => [entry.key, entry]));
    this.#sorted = SortedMap.from(entries, ({ key }) => key);
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): Entry | undefined {
    return this.#entries.get(key);
  }

  apply({ key, current }: Change): void {
    if (current === undefined) {
      if (this.#entries.delete(key)) this.#sorted.delete(key);
      return;
    }
    this.#sorted.set(key, current);
    this.#entries.set(key, current);
  }

  list(prefix: string, { after, limit = Number.POSITIVE_INFINITY }: ListOptions): Omit<ListResult, "revision"> {
    const { values: entries, remaining } = this.#sorted.range(prefix, after, limit);
    return { entries, more: remaining > 0, remaining };
  }

  /** The list as it was before `changes`, which are all that happened since, oldest first. */
  listBefore(changes: Iterable<readonly Change[]>, prefix: string, options: ListOptions): Omit<ListResult, "revision"> {
    const before = new Map<string, Entry | undefined>();
    for (const commit of changes) {
      for (const { key, previous } of commit) if (!before.has(key)) before.set(key, previous);
    }
    if (before.size === 0) return this.list(prefix, options);
    const { after = "", limit = Number.POSITIVE_INFINITY } = options;
    // Of what is there now, as many may have to be left out as have changed.
    const { values, remaining } = this.#sorted.range(prefix, after, limit + before.size);
    const unchanged = values.filter(({ key }) => !before.has(key));
    const changed = [...before.values()].flatMap((entry) => (entry !== undefined && entry.key > after ? entry : []));
    const leftOut = [...before.keys()].filter((key) => key > after && this.#entries.has(key)).length;
    const total = values.length + remaining - leftOut + changed.length;
    const entries = [...unchanged, ...changed].sort((a, b) => compareKeys(a.key, b.key)).slice(0, limit);
    return { entries, more: total > entries.length, remaining: total - entries.length };
  }
}
