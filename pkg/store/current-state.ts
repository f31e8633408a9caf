import { compareKeys, SortedKeys } from "./sorted-keys.ts";
import type { Change, Entry, ListOptions, ListResult } from "./store.ts";

/** All entries that exist, in key order. */
export class CurrentState {
  readonly #entries: Map<string, Entry>;
  readonly #keys: SortedKeys;

  constructor(entries: readonly Entry[]) {
    this.#entries = new Map(entries.map((entry) => [entry.key, entry]));
    this.#keys = SortedKeys.from(entries.map(({ key }) => key));
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): Entry | undefined {
    return this.#entries.get(key);
  }

  apply({ key, current }: Change): void {
    if (current === undefined) {
      if (this.#entries.delete(key)) this.#keys.delete(key);
      return;
    }
    if (!this.#entries.has(key)) this.#keys.add(key);
    this.#entries.set(key, current);
  }

  list(prefix: string, { after, limit = Number.POSITIVE_INFINITY }: ListOptions): Omit<ListResult, "revision"> {
    const { keys, remaining } = this.#keys.range(prefix, after, limit);
    const entries = keys.flatMap((key) => this.#entries.get(key) ?? []);
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
    const { keys } = this.#keys.range(prefix, after, Number.POSITIVE_INFINITY);
    const unchanged = keys.flatMap((key) => (before.has(key) ? [] : (this.#entries.get(key) ?? [])));
    const changed = [...before.values()].flatMap((entry) => (entry !== undefined && entry.key > after ? entry : []));
    const entries = [...unchanged, ...changed].sort((a, b) => compareKeys(a.key, b.key));
    const remaining = Math.max(0, entries.length - limit);
    return { entries: entries.slice(0, entries.length - remaining), more: remaining > 0, remaining };
  }
}
