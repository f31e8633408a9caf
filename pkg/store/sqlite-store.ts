import { existsSync } from "node:fs";
import type { Clock } from "../clock/index.ts";
import type { Logger } from "../log/index.ts";
import { StatusError } from "../status/index.ts";
import { CommitQueue } from "./commit-queue.ts";
import { CurrentState } from "./current-state.ts";
import { Expiry } from "./expiry.ts";
import { History, type ReadLog } from "./history.ts";
import type { LoadedState } from "./load.ts";
import { OpenPages } from "./open-pages.ts";
import { type DecidedCommit, PendingHead } from "./pending-head.ts";
import { recallList } from "./recall.ts";
import { planCompaction, type RetentionLimits, retentionPace } from "./retention-plan.ts";
import type {
  CommitResult,
  Entry,
  ListOptions,
  ListResult,
  Precondition,
  RevisionMark,
  Store,
  Watcher,
  WatchHandler,
  Write,
} from "./store.ts";
import type { StoreMetrics } from "./store-metrics.ts";
import { Watches } from "./watches.ts";
import type { Reply } from "./worker-protocol.ts";
import { WorkerRequests } from "./worker-requests.ts";
import type { WorkerLink } from "./worker-thread.ts";

const expiryIntervalMs = 10_000;

export interface SqliteStoreParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly retention: RetentionLimits;
  readonly worker: WorkerLink;
  /** Reads the log on this thread. */
  readonly readLog: ReadLog;
  /** Called before the worker is told to close. */
  readonly closeReader: () => void;
  readonly releaseLock: () => void;
  readonly loaded: LoadedState;
}

/** The Store that serves from memory and writes through a worker thread. Made by `openStore`. */
export class SqliteStore implements Store {
  readonly term: number;
  readonly epochFloor: number;
  readonly clusterUid: string;
  readonly #parts: SqliteStoreParts;
  readonly #state: CurrentState;
  readonly #head: PendingHead;
  readonly #queue: CommitQueue;
  readonly #history: History;
  readonly #watches: Watches;
  readonly #pages: OpenPages;
  readonly #expiry = new Expiry();
  readonly #requests: WorkerRequests;
  readonly #timers = new Map<string, () => void>();
  #metrics: StoreMetrics | undefined;
  #revision: number;
  #compacted: number;
  /** Why nothing can be written any more: closed, or the worker has died. */
  #ended: StatusError | undefined;
  #isClosing = false;
  #onClosed: () => void = () => {};

  constructor(parts: SqliteStoreParts) {
    const { meta, entries, expiring, marks } = parts.loaded;
    this.#parts = parts;
    this.term = meta.term;
    this.epochFloor = meta.epochFloor;
    this.clusterUid = meta.clusterUid;
    this.#revision = meta.revision;
    this.#compacted = meta.compacted;
    this.#state = new CurrentState(entries);
    this.#pages = new OpenPages(this.#state, () => parts.clock.monotonic());
    this.#head = new PendingHead(meta.revision, (key) => this.#state.get(key));
    this.#history = new History(parts.readLog, meta.revision);
    this.#requests = new WorkerRequests((request) => parts.worker.post(request));
    this.#watches = new Watches({
      log: parts.log,
      history: this.#history,
      requests: this.#requests,
      revision: () => this.#revision,
      compacted: () => this.#compacted,
      ended: () => this.#ended,
    });
    for (const [key, deadline] of expiring) this.#expiry.set(key, deadline);
    const pace = retentionPace(parts.retention);
    this.#queue = new CommitQueue({
      clock: parts.clock,
      post: (request) => parts.worker.post(request),
      onDurable: (commit, seconds) => this.#publish(commit, seconds),
      bytes: meta.bytes,
      marks,
      markIntervalMs: pace.markMs,
    });
    parts.worker.onReply((reply) => this.#receive(reply));
    parts.worker.onDeath((error) => this.#die(error));
    this.#every("compaction", pace.compactMs, () => this.#compact());
    this.#every("expiry", expiryIntervalMs, () => this.#expire());
  }

  measureWith(metrics: StoreMetrics): void {
    this.#metrics = metrics;
  }

  get revision(): number {
    return this.#revision;
  }

  get compacted(): number {
    return this.#compacted;
  }

  get size(): number {
    return this.#state.size;
  }

  get watchers(): number {
    return this.#watches.count;
  }

  get marks(): readonly RevisionMark[] {
    return this.#queue.marks;
  }

  get(key: string): Entry | undefined {
    return this.#state.get(key);
  }

  head(key: string): Entry | undefined {
    return this.#head.get(key);
  }

  async settled(key: string): Promise<void> {
    // A commit of nothing is durable when all before it are, and fails with them.
    if (this.#head.isPending(key)) await this.commit([], []);
  }

  list(prefix: string, options: ListOptions = {}): ListResult {
    const revision = options.revision ?? this.#revision;
    if (revision === this.#revision) return this.#listNewest(prefix, options);
    this.#checkKnown(revision);
    const page = this.#pages.page(revision, prefix, options);
    if (page !== undefined) return { ...page, revision };
    if (revision > this.#revision) {
      throw new StatusError("Timeout", `revision ${revision} is not there yet; the newest is ${this.#revision}`, {
        details: { retryAfterSeconds: 1 },
      });
    }
    return { ...this.#state.listBefore(this.#history.since(revision, prefix), prefix, options), revision };
  }

  async recall(prefix: string, revision: number): Promise<void> {
    if (this.#ended !== undefined) throw this.#ended;
    this.#checkKnown(revision);
    if (revision >= this.#history.start || this.#pages.has(revision, prefix)) return;
    const changes = await recallList(prefix, revision, { history: this.#history, requests: this.#requests });
    // Forgotten while it was being read.
    this.#checkKnown(revision);
    this.#pages.keep(revision, prefix, this.#state.listBefore([changes], prefix, {}).entries);
  }

  #listNewest(prefix: string, options: ListOptions): ListResult {
    const revision = this.#revision;
    const result = this.#state.list(prefix, options);
    const last = result.entries.at(-1)?.key;
    if (result.more && last !== undefined) this.#pages.open(revision, prefix, last);
    return { ...result, revision };
  }

  commit(preconditions: readonly Precondition[], writes: readonly Write[]): Promise<CommitResult> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    try {
      return this.#queue.add(this.#head.decide(preconditions, writes));
    } catch (error) {
      this.#metrics?.conflicts.inc(error instanceof StatusError ? 1 : 0);
      return Promise.reject(error);
    }
  }

  watch(prefix: string, after: number, handler: WatchHandler): Watcher {
    this.#checkKnown(after);
    if (this.#ended !== undefined) throw this.#ended;
    return this.#watches.add(prefix, after, handler);
  }

  async backup(file: string): Promise<void> {
    if (this.#ended !== undefined) throw this.#ended;
    if (existsSync(file)) throw new StatusError("AlreadyExists", `${file} exists; a backup overwrites nothing`);
    await this.#requests.backup(file);
  }

  async close(): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    const isWorkerAlive = this.#ended === undefined;
    this.#ended ??= new StatusError("ServiceUnavailable", "the store is closed");
    for (const cancel of this.#timers.values()) cancel();
    this.#queue.flush();
    // Before the worker's: the last connection to be closed folds the write-ahead log into the file.
    this.#parts.closeReader();
    if (isWorkerAlive) {
      await new Promise<void>((resolve) => {
        this.#onClosed = resolve;
        this.#parts.worker.post({ type: "close" });
      });
    }
    this.#requests.fail("the store is closed");
    this.#watches.end();
    this.#parts.releaseLock();
  }

  #checkKnown(revision: number): void {
    if (revision >= this.#compacted) return;
    throw new StatusError("Expired", `revision ${revision} is too old; the oldest known is ${this.#compacted}`);
  }

  #receive(reply: Reply): void {
    switch (reply.type) {
      case "committed":
        this.#metrics?.transaction(reply.writes, reply.seconds);
        this.#queue.durable(reply.batch);
        break;
      case "failed":
        this.#fail(new StatusError("ServiceUnavailable", reply.message, { details: reply.details }), reply.epoch);
        break;
      case "swept":
        this.#metrics?.swept.inc(reply.rows);
        break;
      case "sweepFailed":
        this.#parts.log.warn({ reason: reply.message }, "compaction stopped; the next one goes on");
        break;
      case "history":
      case "historyFailed":
      case "backedUp":
        this.#requests.receive(reply);
        break;
      case "closed":
        this.#onClosed();
        break;
      case "ready":
      case "refused":
        break; // only while starting
    }
  }

  #publish(commit: DecidedCommit, seconds: number): number {
    const { revision, changes, rows, bytes } = commit;
    this.#metrics?.commitSeconds.observe(seconds);
    this.#head.settle(commit);
    if (changes.length === 0) return this.#revision;
    this.#pages.beforeChange(changes);
    for (const change of changes) this.#state.apply(change);
    for (const { key, expires } of rows) this.#expiry.set(key, expires ?? undefined);
    this.#revision = revision;
    const record = { revision, changes, bytes };
    this.#history.append(record);
    this.#watches.publish(record);
    return revision;
  }

  #fail(error: StatusError, epoch?: number): void {
    const count = this.#queue.fail(error, epoch);
    if (count === undefined) return;
    this.#head.discard();
    this.#metrics?.failures.inc(count);
    this.#parts.log.error({ reason: error.message, commits: count }, "commits could not be written");
  }

  /** Without its writer the store still reads; writes are refused until the process is started again. */
  #die(error: StatusError): void {
    this.#ended ??= error;
    this.#fail(error);
    this.#requests.fail(error.message);
    this.#onClosed();
  }

  #compact(): void {
    this.#pages.dropIdle();
    const head = { revision: this.#revision, at: this.#parts.clock.now(), bytes: this.#queue.bytes };
    const target = planCompaction(this.#queue.marks, head, this.#parts.retention);
    if (target === undefined || target <= this.#compacted) return;
    this.#compacted = target;
    this.#queue.forgetMarksBefore(target);
    this.#parts.worker.post({ type: "compact", revision: target });
  }

  #expire(): void {
    for (const due of this.#expiry.due(this.#parts.clock.now())) {
      // A key that is being written may be given more time by that write.
      const keys = due.filter((key) => !this.#head.isPending(key));
      const deletes = keys.map((key) => ({ key, value: undefined }));
      this.commit([], deletes).catch((error) => {
        this.#parts.log.warn({ err: error }, "expired keys could not be deleted; the next round tries again");
      });
    }
  }

  #every(name: string, intervalMs: number, action: () => void): void {
    const cancel = this.#parts.clock.setTimer(intervalMs, () => {
      action();
      this.#every(name, intervalMs, action);
    });
    this.#timers.set(name, cancel);
  }
}
