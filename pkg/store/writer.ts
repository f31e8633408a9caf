import { readMeta, writeMeta } from "./meta.ts";
import { rowSum } from "./row-sum.ts";
import type { Sqlite } from "./sqlite.ts";
import { type CommitRequest, type LogRow, rowAt, rowLength } from "./worker-protocol.ts";

/** Revisions swept in one transaction: a few milliseconds, so that commits do not wait long behind it. */
const sweepStep = 500;

/** The writing end of the database: transactions that apply commits, and the sweep of compacted history. */
export class Writer {
  readonly #database: Sqlite;
  readonly #apply: (requests: readonly CommitRequest[]) => void;

  constructor(database: Sqlite) {
    this.#database = database;
    this.#apply = this.#prepareApply();
  }

  /** Writes all requests in one transaction: durable when it returns, undone when it throws. */
  apply(requests: readonly CommitRequest[]): void {
    this.#apply(requests);
  }

  /** Makes `revision` the oldest known one; rows are removed by `sweep`. */
  compact(revision: number): void {
    if (revision > readMeta(this.#database).compacted) writeMeta(this.#database, { compacted: revision });
  }

  /** Removes some rows of compacted history. Returns how many went, undefined when nothing is left to look at. */
  sweep(): number | undefined {
    const { swept, compacted } = readMeta(this.#database);
    if (swept >= compacted) return undefined;
    const end = Math.min(compacted, swept + sweepStep);
    return this.#database.transaction(() => {
      const rows = this.#database
        .prepare<[number, number], { revision: number; key: string; previous: number; dead: number }>(
          "SELECT revision, key, previous, value IS NULL AS dead FROM log WHERE revision > ? AND revision <= ?",
        )
        .all(swept, end);
      const remove = this.#database.prepare("DELETE FROM log WHERE revision = ? AND key = ?");
      let removed = 0;
      for (const { revision, key, previous, dead } of rows) {
        if (previous > 0) removed += remove.run(previous, key).changes;
        if (dead === 1) removed += remove.run(revision, key).changes;
      }
      writeMeta(this.#database, { swept: end });
      this.#database.prepare("DELETE FROM marks WHERE revision < ?").run(end);
      return removed;
    })();
  }

  #prepareApply(): (requests: readonly CommitRequest[]) => void {
    const database = this.#database;
    const writeRow = this.#prepareWriteRow();
    const addMark = database.prepare("INSERT OR REPLACE INTO marks (revision, at, bytes) VALUES (?, ?, ?)");
    const setMeta = database.prepare("UPDATE meta SET value = ? WHERE name = ?");
    const countObjects = database.prepare("UPDATE meta SET value = value + ? WHERE name = 'objects'");
    return database.transaction((requests: readonly CommitRequest[]) => {
      let added = 0;
      for (const { rows, mark } of requests) {
        for (let index = 0; index < rows.length; index += rowLength) {
          const row = rowAt(rows, index);
          writeRow(row);
          added += Number(row.value !== null) - Number(row.previous !== 0);
        }
        if (mark !== undefined) addMark.run(mark.revision, mark.at, mark.bytes);
      }
      const last = requests.at(-1);
      if (last === undefined) return;
      setMeta.run(last.revision, "revision");
      setMeta.run(last.bytes, "bytes");
      countObjects.run(added);
    }).immediate;
  }

  /** The second lock behind the decision on the main thread: a write whose base is not current throws. */
  #prepareWriteRow(): (row: LogRow) => void {
    const database = this.#database;
    const append = database.prepare(
      "INSERT INTO log (revision, key, previous, created, expires, value, sum) VALUES (?, ?, ?, ?, ?, ?, ?)",
    );
    const add = database.prepare("INSERT INTO current (revision, key) VALUES (?, ?)");
    const move = database.prepare("UPDATE current SET revision = ? WHERE key = ? AND revision = ?");
    const remove = database.prepare("DELETE FROM current WHERE key = ? AND revision = ?");
    return ({ revision, key, previous, created, expires, value }) => {
      append.run(revision, key, previous, created, expires, value, rowSum(key, revision, value));
      if (previous === 0) add.run(revision, key);
      else {
        const { changes } = value === null ? remove.run(key, previous) : move.run(revision, key, previous);
        if (changes !== 1) throw new Error(`${key} is not at revision ${previous} in the database`);
      }
    };
  }
}
