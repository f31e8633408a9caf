/** The store: a revision log in SQLite, served from memory. The only user of better-sqlite3. */
export type {
  Change,
  CommitResult,
  Entry,
  JsonObject,
  ListOptions,
  ListResult,
  Precondition,
  Store,
  Watcher,
  WatchHandler,
  Write,
} from "./store.ts";
