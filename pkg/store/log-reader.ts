import { checkRow } from "./row-sum.ts";
import type { Sqlite } from "./sqlite.ts";
import type { Change } from "./store.ts";
import { StoredEntry } from "./stored-entry.ts";

/** Rows read at once: few enough that a page takes a few milliseconds. */
const pageSize = 500;

/** One write out of the log, with what stood there before. `value` null: a delete. */
export type LogPair = readonly [
  id: number,
  revision: number,
  key: string,
  created: number,
  value: string | null,
  previous: number,
  previousCreated: number | null,
  previousValue: string | null,
  sum: number | null,
];

/** Which part of the log is wanted. */
export interface LogRange {
  /** Only revisions after this one… */
  readonly after: number;
  /** …up to this one. */
  readonly upTo: number;
  readonly prefix: string;
}

export interface LogPage {
  readonly rows: readonly LogPair[];
  /** Where the next page begins; undefined at the end. */
  readonly next: number | undefined;
}

/** Reads history out of the database, page by page, so that no statement is open while something else is done. */
export class LogReader {
  readonly #first: (after: number) => number | undefined;
  readonly #rows: (range: { id: number; upTo: number; prefix: string }) => LogPair[];

  constructor(database: Sqlite) {
    const first = database.prepare<[number], { id: number | null }>(
      `SELECT min(id) AS id FROM log
       WHERE revision = (SELECT revision FROM log WHERE revision > ? ORDER BY revision LIMIT 1)`,
    );
    // The plus keeps SQLite from the index on revision: rows come in the order of ids without being sorted.
    const rows = database
      .prepare<{ id: number; upTo: number; prefix: string }, LogPair>(
        `SELECT log.id, log.revision, log.key, log.created, log.value, log.previous, before.created, before.value, log.sum
         FROM log LEFT JOIN log AS before ON before.revision = log.previous AND before.key = log.key
         WHERE log.id >= @id AND +log.revision <= @upTo AND substr(log.key, 1, length(@prefix)) = @prefix
         ORDER BY log.id LIMIT ${pageSize}`,
      )
      .raw();
    this.#first = (after) => first.get(after)?.id ?? undefined;
    this.#rows = (range) => rows.all(range);
  }

  /** The page that begins at `from`, as the one before said; without it, the first one. */
  page({ after, upTo, prefix }: LogRange, from = this.#first(after)): LogPage {
    if (from === undefined) return { rows: [], next: undefined };
    const rows = this.#rows({ id: from, upTo, prefix });
    for (const [, revision, key, , value, , , , sum] of rows) checkRow(key, revision, value, sum);
    const last = rows.at(-1)?.[0];
    return { rows, next: last === undefined || rows.length < pageSize ? undefined : last + 1 };
  }
}

export function changeOf(row: LogPair): Change {
  const [, revision, key, created, value, previous, previousCreated, previousValue] = row;
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

/** Changes that come one by one, or in pieces, made into commits. */
export class CommitGroups {
  #open: Change[] = [];

  /** Takes a change; returns the commit before it, if it was the last of that. */
  add(change: Change): readonly Change[] | undefined {
    const isNext = this.#open.length > 0 && this.#open[0]?.revision !== change.revision;
    const done = isNext ? this.end() : undefined;
    this.#open.push(change);
    return done;
  }

  /** The commit that was being taken; undefined where there was none. */
  end(): readonly Change[] | undefined {
    const done = this.#open;
    this.#open = [];
    return done.length > 0 ? done : undefined;
  }
}
