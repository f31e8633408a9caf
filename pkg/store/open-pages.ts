import type { CurrentState } from "./current-state.ts";
import { firstIndex } from "./sorted-map.ts";
import type { Change, Entry, ListOptions, ListResult } from "./store.ts";

/** More than lists are read page by page at a time; a list whose place is gone is read from history. */
const maxLists = 32;
/** A client that has not asked for its next page for so long does not come back. */
const idleMs = 60_000;

interface OpenList {
  readonly revision: number;
  readonly prefix: string;
  /** Keys up to this one have been given. */
  readonly after: string;
  /** What is left of the list; undefined while it is what the current state has. */
  entries: readonly Entry[] | undefined;
  usedAt: number;
}

/**
 * Lists that are being read page by page. What is left of one is kept as it was when the first change comes to it: a copy
 * of references, so that a page costs as much as it holds, however much is written between two of them.
 */
export class OpenPages {
  readonly #state: CurrentState;
  readonly #now: () => number;
  /** The least recently used first. */
  readonly #lists = new Map<string, OpenList>();

  /** `now`: monotonic milliseconds. */
  constructor(state: CurrentState, now: () => number) {
    this.#state = state;
    this.#now = now;
  }

  /** A page of the current state, which is of this revision, ends with `after`; more of the list may be asked for. */
  open(revision: number, prefix: string, after: string): void {
    const name = nameOf(revision, prefix);
    if (this.#lists.has(name)) return;
    this.#add(name, { revision, prefix, after, entries: undefined, usedAt: this.#now() });
  }

  /** A list that somebody has put together, to be read from its beginning. */
  keep(revision: number, prefix: string, entries: readonly Entry[]): void {
    const name = nameOf(revision, prefix);
    this.#lists.delete(name);
    this.#add(name, { revision, prefix, after: "", entries, usedAt: this.#now() });
  }

  /** Whether a list can be read from its beginning. */
  has(revision: number, prefix: string): boolean {
    return this.#lists.get(nameOf(revision, prefix))?.after === "";
  }

  /** To be called before the current state changes. */
  beforeChange(changes: readonly Change[]): void {
    for (const list of this.#lists.values()) {
      const { prefix, after, entries } = list;
      if (entries === undefined && changes.some(({ key }) => key.startsWith(prefix)))
        list.entries = this.#state.list(prefix, { after }).entries;
    }
  }

  /** A page of a list that was begun here; undefined where it was not. */
  page(revision: number, prefix: string, options: ListOptions): Omit<ListResult, "revision"> | undefined {
    const name = nameOf(revision, prefix);
    const list = this.#lists.get(name);
    const { after = "", limit = Number.POSITIVE_INFINITY } = options;
    if (list === undefined || after < list.after) return undefined;
    list.usedAt = this.#now();
    this.#lists.delete(name);
    this.#lists.set(name, list);
    if (list.entries === undefined) return this.#state.list(prefix, options);
    const { entries } = list;
    const start = firstIndex(entries, ({ key }) => key <= after);
    const page = entries.slice(start, start + limit);
    const remaining = entries.length - start - page.length;
    return { entries: page, more: remaining > 0, remaining };
  }

  #add(name: string, list: OpenList): void {
    this.#lists.set(name, list);
    if (this.#lists.size > maxLists) for (const oldest of this.#lists.keys()) return void this.#lists.delete(oldest);
  }

  /** Lets go of lists that nobody reads on. */
  dropIdle(): void {
    for (const [name, { usedAt }] of this.#lists) if (this.#now() - usedAt > idleMs) this.#lists.delete(name);
  }
}

function nameOf(revision: number, prefix: string): string {
  return `${revision} ${prefix}`;
}
