import { randomUUID } from "node:crypto";
import type { Clock } from "../clock/index.ts";
import { type Logger, silentLogger } from "../log/index.ts";
import { Metrics } from "../metrics/index.ts";
import { databaseFile, openForReading, readMeta, type Sqlite, translated } from "./database.ts";
import { lockDirectory } from "./directory-lock.ts";
import { defaultRetention, type Mark, type RetentionLimits } from "./retention-plan.ts";
import { type LoadedState, SqliteStore } from "./sqlite-store.ts";
import type { Entry, Store } from "./store.ts";
import { makeStoreMetrics } from "./store-metrics.ts";
import { StoredEntry } from "./stored-entry.ts";
import { startWorker, type WorkerLink } from "./worker-thread.ts";

export interface StoreOptions {
  /** The store's own directory; made where there is none. Files in it: store.db (and -wal, -shm), lock.db, lock.pid. */
  readonly directory: string;
  readonly clock: Clock;
  readonly log?: Logger;
  readonly metrics?: Metrics;
  /** How much history is kept; what is absent is as in `defaultRetention`. */
  readonly retention?: Partial<RetentionLimits>;
  /** Largest size of the database file; beyond it writes are refused with ServiceUnavailable. Default: no limit. */
  readonly quotaBytes?: number;
}

/**
 * Opens the store in a directory, or makes one. Throws Conflict where another process has it open, ServiceUnavailable
 * where its file is damaged, foreign, or of another version.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { directory, clock, log = silentLogger, metrics = new Metrics() } = options;
  const releaseLock = lockDirectory(directory);
  const file = databaseFile(directory);
  let worker: WorkerLink | undefined;
  try {
    worker = await startWorker({
      file,
      initial: { clusterUid: randomUUID(), term: Math.floor(clock.now() / 1000) },
      ...(options.quotaBytes !== undefined && { quotaBytes: options.quotaBytes }),
    });
    const retention = { ...defaultRetention, ...options.retention };
    const store = new SqliteStore({ clock, log, retention, worker, releaseLock, ...openAndLoad(file) });
    store.measureWith(
      makeStoreMetrics(metrics, {
        watchers: () => store.watchers,
        objects: () => store.size,
        revision: () => store.revision,
        compacted: () => store.compacted,
      }),
    );
    return store;
  } catch (error) {
    await worker?.terminate();
    releaseLock();
    throw error;
  }
}

type CurrentRow = readonly [key: string, revision: number, created: number, expires: number | null, value: string];

function openAndLoad(file: string): { readonly reader: Sqlite; readonly loaded: LoadedState } {
  const reader = openForReading(file);
  try {
    return { reader, loaded: translated(file, () => load(reader)) };
  } catch (error) {
    reader.close();
    throw error;
  }
}

function load(reader: Sqlite): LoadedState {
  const rows = reader
    .prepare<[], CurrentRow>(
      `SELECT current.key, current.revision, log.created, log.expires, log.value
       FROM current JOIN log ON log.revision = current.revision AND log.key = current.key`,
    )
    .raw()
    .iterate();
  const entries: Entry[] = [];
  const expiring = new Map<string, number>();
  for (const [key, revision, createRevision, expires, text] of rows) {
    entries.push(new StoredEntry({ key, revision, createRevision, text }));
    if (expires !== null) expiring.set(key, expires);
  }
  return {
    meta: readMeta(reader),
    entries,
    expiring,
    marks: reader.prepare<[], Mark>("SELECT revision, at, bytes FROM marks ORDER BY revision").all(),
  };
}
