import type { Clock } from "../clock/index.ts";
import type { StatusError } from "../status/index.ts";
import type { DecidedCommit } from "./pending-head.ts";
import type { Mark } from "./retention-plan.ts";
import type { CommitResult } from "./store.ts";
import type { Request } from "./worker-protocol.ts";

/**
 * One batch that is being written and one that waits for it: the worker is never idle. What comes meanwhile gathers
 * here, since each message to another thread costs as much as some of the commits in it.
 */
const maxSent = 2;

interface QueuedCommit {
  readonly commit: DecidedCommit;
  readonly startedMs: number;
  readonly resolve: (result: CommitResult) => void;
  readonly reject: (error: StatusError) => void;
}

export interface CommitQueueOptions {
  readonly clock: Clock;
  readonly post: (request: Request) => void;
  /** Called in order, once a commit is durable and before its promise resolves. Returns the newest revision then. */
  readonly onDurable: (commit: DecidedCommit, seconds: number) => number;
  /** Bytes and marks so far. */
  readonly bytes: number;
  readonly marks: readonly Mark[];
  /** From one mark to the next. */
  readonly markIntervalMs: number;
}

/**
 * Commits on their way to the disk, in order. What gathers while the worker writes and syncs goes to it together, and
 * becomes one transaction.
 */
export class CommitQueue {
  readonly #options: CommitQueueOptions;
  #unsent: QueuedCommit[] = [];
  /** Sent batches, oldest first. */
  #sent: { readonly batch: number; readonly commits: readonly QueuedCommit[] }[] = [];
  #batch = 0;
  #epoch = 0;
  #bytes: number;
  #marks: Mark[];

  constructor(options: CommitQueueOptions) {
    this.#options = options;
    this.#bytes = options.bytes;
    this.#marks = [...options.marks];
  }

  get bytes(): number {
    return this.#bytes;
  }

  get marks(): readonly Mark[] {
    return this.#marks;
  }

  forgetMarksBefore(revision: number): void {
    this.#marks = this.#marks.filter((mark) => mark.revision >= revision);
  }

  add(commit: DecidedCommit): Promise<CommitResult> {
    if (this.#unsent.length === 0 && this.#sent.length < maxSent) {
      this.#options.clock.defer(() => this.#flushIfFree());
    }
    return new Promise((resolve, reject) => {
      this.#unsent.push({ commit, startedMs: this.#options.clock.monotonic(), resolve, reject });
    });
  }

  /** Sends what has gathered, also while the worker is busy. */
  flush(): void {
    const commits = this.#unsent;
    const last = commits.at(-1);
    if (last === undefined) return;
    this.#unsent = [];
    const rows: (number | string | null)[] = [];
    for (const { commit } of commits) {
      for (const row of commit.rows)
        rows.push(row.revision, row.key, row.previous, row.created, row.expires, row.value);
      this.#bytes += commit.bytes;
    }
    const { revision } = last.commit;
    const batch = ++this.#batch;
    this.#sent.push({ batch, commits });
    const mark = this.#nextMark(revision);
    const { post } = this.#options;
    post({ type: "commit", batch, epoch: this.#epoch, revision, bytes: this.#bytes, rows, ...(mark && { mark }) });
  }

  /** Every batch up to this one is durable. */
  durable(batch: number): void {
    const done = this.#sent.filter((sent) => sent.batch <= batch);
    this.#sent = this.#sent.slice(done.length);
    const nowMs = this.#options.clock.monotonic();
    for (const { commits } of done) {
      for (const { commit, startedMs, resolve } of commits) {
        const revision = this.#options.onDurable(commit, (nowMs - startedMs) / 1000);
        resolve({ revision, entries: commit.entries });
      }
    }
    this.#flushIfFree();
  }

  #flushIfFree(): void {
    if (this.#sent.length < maxSent) this.flush();
  }

  /**
   * Rejects all that is pending, since every commit may rest on one before it. Returns how many, undefined where this
   * failure has been dealt with.
   */
  fail(error: StatusError, epoch = this.#epoch): number | undefined {
    if (epoch !== this.#epoch) return undefined;
    this.#epoch++;
    const failed = [...this.#sent.flatMap(({ commits }) => commits), ...this.#unsent];
    this.#sent = [];
    this.#unsent = [];
    for (const { reject } of failed) reject(error);
    return failed.length;
  }

  #nextMark(revision: number): Mark | undefined {
    const at = this.#options.clock.now();
    const last = this.#marks.at(-1);
    if (last !== undefined && at - last.at < this.#options.markIntervalMs && at >= last.at) return undefined;
    const mark = { revision, at, bytes: this.#bytes };
    this.#marks.push(mark);
    return mark;
  }
}
