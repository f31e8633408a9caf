import type { Sqlite } from "./database.ts";
import { firstIndex } from "./sorted-map.ts";
import type { Change } from "./store.ts";
import { StoredEntry } from "./stored-entry.ts";

/** What is kept in memory; older history is read from the file, which is rare and slower. */
const maxChanges = 10_000;
const maxBytes = 16 * 1024 * 1024;
const pageSize = 1000;

/** All changes of one commit, in the order in which they were written. */
export interface CommitRecord {
  readonly revision: number;
  readonly changes: readonly Change[];
  /** Length of the values as text. */
  readonly bytes: number;
}

interface LogPair {
  readonly id: number;
  readonly revision: number;
  readonly key: string;
  readonly created: number;
  readonly value: string | null;
  readonly previous: number;
  readonly previousCreated: number | null;
  readonly previousValue: string | null;
}

/** What was changed, by revision: the newest part in memory, the rest in the database's log. */
export class History {
  readonly #reader: Sqlite;
  #recent: CommitRecord[] = [];
  /** Commits at the start of #recent that are dropped; cut off from time to time. */
  #dropped = 0;
  #changes = 0;
  #bytes = 0;
  /** Commits after this revision are in memory. */
  #start: number;

  constructor(reader: Sqlite, revision: number) {
    this.#reader = reader;
    this.#start = revision;
  }

  append(record: CommitRecord): void {
    this.#recent.push(record);
    this.#changes += record.changes.length;
    this.#bytes += record.bytes;
    while ((this.#changes > maxChanges || this.#bytes > maxBytes) && this.#dropped < this.#recent.length) this.#drop();
  }

  /** Changes under `prefix` after a revision, one array a commit. The caller has checked that they are still known. */
  *since(after: number, prefix: string): Generator<readonly Change[]> {
    if (after < this.#start) yield* groupByRevision(this.#fromLog(after, this.#start, prefix));
    const first = firstIndex(this.#recent, ({ revision }) => revision <= after);
    for (let index = Math.max(first, this.#dropped); index < this.#recent.length; index++) {
      const changes = this.#recent[index]?.changes.filter(({ key }) => key.startsWith(prefix)) ?? [];
      if (changes.length > 0) yield changes;
    }
  }

  #drop(): void {
    const record = this.#recent[this.#dropped++];
    if (record === undefined) return;
    this.#changes -= record.changes.length;
    this.#bytes -= record.bytes;
    this.#start = record.revision;
    if (this.#dropped > 1000 && this.#dropped * 2 > this.#recent.length) {
      this.#recent = this.#recent.slice(this.#dropped);
      this.#dropped = 0;
    }
  }

  /** Reads page by page, so that no statement is open while the caller does something else. */
  *#fromLog(after: number, upTo: number, prefix: string): Generator<Change> {
    const first = this.#reader.prepare<[number], { id: number | null }>(
      `SELECT min(id) AS id FROM log
       WHERE revision = (SELECT revision FROM log WHERE revision > ? ORDER BY revision LIMIT 1)`,
    );
    // The plus keeps SQLite from the index on revision: rows come in the order of ids without being sorted.
    const next = this.#reader.prepare<{ id: number; upTo: number; prefix: string }, LogPair>(
      `SELECT log.id, log.revision, log.key, log.created, log.value, log.previous,
         before.created AS previousCreated, before.value AS previousValue
       FROM log LEFT JOIN log AS before ON before.revision = log.previous AND before.key = log.key
       WHERE log.id >= @id AND +log.revision <= @upTo AND substr(log.key, 1, length(@prefix)) = @prefix
       ORDER BY log.id LIMIT ${pageSize}`,
    );
    let id = first.get(after)?.id ?? undefined;
    while (id !== undefined) {
      const page = next.all({ id, upTo, prefix });
      for (const row of page) yield changeFromLog(row);
      const last = page.at(-1);
      id = last === undefined || page.length < pageSize ? undefined : last.id + 1;
    }
  }
}

function changeFromLog(row: LogPair): Change {
  const { key, revision, created, value, previous, previousCreated, previousValue } = row;
  return Object.freeze({
    revision,
    key,
    current: value === null ? undefined : new StoredEntry({ key, revision, createRevision: created, text: value }),
    previous:
      previousValue === null
        ? undefined
        : new StoredEntry({
            key,
            revision: previous,
            createRevision: previousCreated ?? previous,
            text: previousValue,
          }),
  });
}

function* groupByRevision(changes: Iterable<Change>): Generator<readonly Change[]> {
  let group: Change[] = [];
  for (const change of changes) {
    if (group.length > 0 && group[0]?.revision !== change.revision) {
      yield group;
      group = [];
    }
    group.push(change);
  }
  if (group.length > 0) yield group;
}
