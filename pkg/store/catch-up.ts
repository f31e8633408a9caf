import { CommitGroups, changeOf, type LogPage, type LogRange } from "./log-reader.ts";
import type { Change, Watcher, WatchHandler } from "./store.ts";

export interface CatchUpParts {
  readonly prefix: string;
  readonly handler: WatchHandler;
  /** Everything after this revision is in memory. */
  readonly memoryStart: () => number;
  /** Oldest revision that is still known. */
  readonly compacted: () => number;
  /** Has a part of the log read, on another thread. */
  readonly readLog: (range: LogRange, from: number | undefined) => Promise<LogPage>;
  /** Goes on from memory, and then live. Throws where the store is closed. */
  readonly watch: (after: number) => Watcher;
  /** Told when the watch is live, or has ended before that; with the error that has ended it. */
  readonly onDone: (error?: unknown) => void;
}

/**
 * A watch that begins before what is in memory: history is read from the log until memory goes on from there. What is
 * written meanwhile is read from the log or from memory in its turn.
 */
export class CatchUp implements Watcher {
  readonly #parts: CatchUpParts;
  #position: number;
  #live: Watcher | undefined;
  #isClosed = false;

  constructor(after: number, parts: CatchUpParts) {
    this.#parts = parts;
    this.#position = after;
    this.#run().then(
      () => parts.onDone(),
      (error: unknown) => {
        parts.onDone(error);
        this.end();
      },
    );
  }

  get isLive(): boolean {
    return this.#live !== undefined;
  }

  close(): void {
    this.#isClosed = true;
    this.#live?.close();
  }

  /** Ends it for a reason of the store's. */
  end(): void {
    if (this.#isClosed || this.#live !== undefined) return;
    this.#isClosed = true;
    this.#parts.handler.onEnd();
  }

  async #run(): Promise<void> {
    const { memoryStart, compacted, watch } = this.#parts;
    while (!this.#isClosed) {
      // Forgotten while it was being read: the client comes back, and is told so.
      if (this.#position < compacted()) return this.end();
      const upTo = memoryStart();
      if (this.#position >= upTo) {
        this.#live = watch(this.#position);
        return;
      }
      await this.#read(upTo);
      this.#position = upTo;
    }
  }

  async #read(upTo: number): Promise<void> {
    const { prefix, readLog } = this.#parts;
    const range = { after: this.#position, upTo, prefix };
    const groups = new CommitGroups();
    let next: number | undefined;
    do {
      const page = await readLog(range, next);
      next = page.next;
      for (const row of page.rows) this.#give(groups.add(changeOf(row)));
    } while (next !== undefined && !this.#isClosed);
    this.#give(groups.end());
  }

  #give(commit: readonly Change[] | undefined): void {
    const revision = commit?.[0]?.revision;
    if (commit === undefined || revision === undefined || this.#isClosed) return;
    this.#position = revision;
    this.#parts.handler.onChanges(commit, revision);
  }
}
