import { randomUUID } from "node:crypto";
import { statSync } from "node:fs";
import type { Clock } from "../clock/index.ts";
import { makeDirectory } from "../disk/index.ts";
import { type Logger, silentLogger } from "../log/index.ts";
import { Metrics } from "../metrics/index.ts";
import { StatusError } from "../status/index.ts";
import { databaseFile, isThere, openForReading } from "./database.ts";
import { damagedText, translated } from "./database-fault.ts";
import { lockDirectory } from "./directory-lock.ts";
import { load } from "./load.ts";
import { LogReader } from "./log-reader.ts";
import { defaultRetention, type RetentionLimits } from "./retention-plan.ts";
import { SqliteStore, type SqliteStoreParts } from "./sqlite-store.ts";
import type { Store } from "./store.ts";
import { makeStoreMetrics } from "./store-metrics.ts";
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
  /** Something says that there was a store here: one that is gone is not made anew. */
  readonly mustExist?: boolean;
}

/**
 * Opens the store in a directory, or makes one. Throws Conflict where another process has it open, ServiceUnavailable
 * where its file is damaged, foreign, or of another version.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { directory, clock, log = silentLogger, metrics = new Metrics() } = options;
  const file = databaseFile(directory);
  if (options.mustExist === true && !isThere(file))
    throw new StatusError("ServiceUnavailable", damagedText(file, "it is gone"));
  makeDirectory(directory);
  const releaseLock = lockDirectory(directory);
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
        bytes: () => sizeOf(file) + sizeOf(`${file}-wal`),
      }),
    );
    return store;
  } catch (error) {
    await worker?.terminate();
    releaseLock();
    throw error;
  }
}

/** A file that is not there, as the write-ahead log after it was folded, has none. */
function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function openAndLoad(file: string): Pick<SqliteStoreParts, "readLog" | "closeReader" | "loaded"> {
  const reader = openForReading(file);
  try {
    const log = new LogReader(reader);
    return {
      readLog: (range, from) => log.page(range, from),
      closeReader: () => void reader.close(),
      loaded: translated(file, () => load(reader)),
    };
  } catch (error) {
    reader.close();
    throw error;
  }
}
