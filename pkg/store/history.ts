import { CommitGroups, changeOf, type LogPage, type LogRange } from "./log-reader.ts";
import { firstIndex } from "./sorted-map.ts";
import type { Change } from "./store.ts";

/** What is kept in memory; older history is read from the file, which is rare and slower. */
const maxChanges = 10_000;
const maxBytes = 16 * 1024 * 1024;

/** All changes of one commit, in the order in which they were written. */
export interface CommitRecord {
  readonly revision: number;
  readonly changes: readonly Change[];
  /** Length of the values as text. */
  readonly bytes: number;
}

/** Reads the page of the log that begins at `from`; without it, the first one. */
export type ReadLog = (range: LogRange, from?: number) => LogPage;

/** What was changed, by revision: the newest part in memory, the rest in the log on disk. */
export class History {
  readonly #readLog: ReadLog;
  #recent: CommitRecord[] = [];
  /** Commits at the start of #recent that are dropped; cut off from time to time. */
  #dropped = 0;
  #changes = 0;
  #bytes = 0;
  /** Commits after this revision are in memory. */
  #start: number;

  constructor(readLog: ReadLog, revision: number) {
    this.#readLog = readLog;
    this.#start = revision;
  }

  /** Everything after this revision is in memory. */
  get start(): number {
    return this.#start;
  }

  append(record: CommitRecord): void {
    this.#recent.push(record);
    this.#changes += record.changes.length;
    this.#bytes += record.bytes;
    while ((this.#changes > maxChanges || this.#bytes > maxBytes) && this.#dropped < this.#recent.length) this.#drop();
  }

  /** Changes under `prefix` after a revision, one array a commit. The caller has checked that they are still known. */
  *since(after: number, prefix: string): Generator<readonly Change[]> {
    if (after < this.#start) yield* this.#fromLog({ after, upTo: this.#start, prefix });
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

  *#fromLog(range: LogRange): Generator<readonly Change[]> {
    const groups = new CommitGroups();
    for (let page = this.#readLog(range); ; page = this.#readLog(range, page.next)) {
      for (const row of page.rows) {
        const commit = groups.add(changeOf(row));
        if (commit !== undefined) yield commit;
      }
      if (page.next === undefined) break;
    }
    const last = groups.end();
    if (last !== undefined) yield last;
  }
}
