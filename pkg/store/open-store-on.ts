import type { Clock } from "../clock/index.ts";
import { type Logger, silentLogger } from "../log/index.ts";
import type { Meta } from "./meta.ts";
import { defaultRetention } from "./retention-plan.ts";
import { SqliteStore } from "./sqlite-store.ts";
import type { Store } from "./store.ts";
import { StoredEntry } from "./stored-entry.ts";
import type { LogRow } from "./worker-protocol.ts";
import type { WorkerLink } from "./worker-thread.ts";

/** What a store has in place of SQLite's file and the thread that writes it. */
export interface StoreDisk {
  readonly worker: WorkerLink;
  readonly meta: Meta;
  /** The rows that are current. */
  readonly rows: Iterable<LogRow>;
}

/**
 * Opens a store over a disk of the caller's. History from before it was opened is not known: who wants it is answered
 * Expired, as after a restore.
 */
export function openStoreOn(
  disk: StoreDisk,
  { clock, log = silentLogger }: { readonly clock: Clock; readonly log?: Logger },
): Store {
  const rows = [...disk.rows];
  return new SqliteStore({
    clock,
    log,
    retention: defaultRetention,
    worker: disk.worker,
    readLog: () => ({ rows: [], next: undefined }),
    closeReader: () => undefined,
    releaseLock: () => undefined,
    loaded: {
      meta: { ...disk.meta, compacted: disk.meta.revision },
      entries: rows.flatMap(entryOf),
      expiring: new Map(rows.flatMap(({ key, expires }) => (expires === null ? [] : [[key, expires]]))),
      marks: [],
    },
  });
}

function entryOf({ key, revision, created, value }: LogRow): readonly StoredEntry[] {
  return value === null ? [] : [new StoredEntry({ key, revision, createRevision: created, text: value })];
}
