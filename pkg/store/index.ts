/**
 * The store: a revision log in SQLite, served from memory. The only user of better-sqlite3. What is acknowledged is
 * durable; what is visible is durable. The file is written by a worker thread, whose code a bundle must hold as
 * store-worker.mjs beside the code that opens the store.
 */
export { lockDirectory } from "./directory-lock.ts";
export { openStore, type StoreOptions } from "./open-store.ts";
export { openStoreOn, type StoreDisk } from "./open-store-on.ts";
export { restoredMeta, restoreInto } from "./restore.ts";
export { type RetentionLimits, retentionFor } from "./retention-plan.ts";
export type {
  Change,
  CommitResult,
  Entry,
  JsonObject,
  ListOptions,
  ListResult,
  Precondition,
  RevisionMark,
  Store,
  Watcher,
  WatchHandler,
  Write,
} from "./store.ts";
export { type CommitRequest, type LogRow, type Reply, type Request, rowAt, rowLength } from "./worker-protocol.ts";
export type { WorkerLink } from "./worker-thread.ts";
