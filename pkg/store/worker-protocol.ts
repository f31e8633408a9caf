import type { StatusDetails } from "../status/index.ts";
import type { LogPage, LogRange } from "./log-reader.ts";
import type { Mark } from "./retention-plan.ts";

/**
 * Writes of a batch, one after the other, each as revision, key, previous, created, expires, value: a flat list is copied
 * to another thread in a third of the time that objects take.
 */
export type FlatRows = readonly (number | string | null)[];

/** One write, as it stands in the log. `value` null: a delete. `previous` 0: the key did not exist. */
export interface LogRow {
  readonly revision: number;
  readonly key: string;
  readonly previous: number;
  readonly created: number;
  /** Milliseconds since 1970. */
  readonly expires: number | null;
  readonly value: string | null;
}

/** Values of one row in a flat list. */
export const rowLength = 6;

/** The row that begins at an index of a flat list. */
export function rowAt(rows: FlatRows, index: number): LogRow {
  const [revision, key, previous, created, expires, value] = rows.slice(index, index + rowLength) as unknown as [
    number,
    string,
    number,
    number,
    number | null,
    string | null,
  ];
  return { revision, key, previous, created, expires, value };
}

/** Some commits that were decided together; becomes part of one transaction. */
export interface CommitRequest {
  readonly type: "commit";
  readonly batch: number;
  /** Raised after each failure: what was decided on top of a failed commit must not be written. */
  readonly epoch: number;
  /** Of the last commit in it. */
  readonly revision: number;
  readonly bytes: number;
  readonly rows: FlatRows;
  readonly mark?: Mark;
}

/** A page of history, which the worker reads between two commits. */
export interface HistoryRequest {
  readonly type: "history";
  readonly id: number;
  readonly range: LogRange;
  readonly from: number | undefined;
}

export type Request =
  | CommitRequest
  | HistoryRequest
  | { readonly type: "compact"; readonly revision: number }
  | { readonly type: "backup"; readonly id: number; readonly file: string }
  | { readonly type: "close" };

export type Reply =
  | { readonly type: "ready" }
  | { readonly type: "refused"; readonly message: string }
  /** Every batch up to this one is durable; the transaction had so many writes, and took so long with its fsync. */
  | { readonly type: "committed"; readonly batch: number; readonly writes: number; readonly seconds: number }
  | { readonly type: "failed"; readonly epoch: number; readonly message: string; readonly details: StatusDetails }
  | { readonly type: "history"; readonly id: number; readonly page: LogPage }
  | { readonly type: "historyFailed"; readonly id: number; readonly message: string }
  | { readonly type: "swept"; readonly rows: number }
  | { readonly type: "sweepFailed"; readonly message: string }
  | { readonly type: "backedUp"; readonly id: number; readonly error?: string }
  | { readonly type: "closed" };

export interface WorkerInput {
  readonly file: string;
  /** For a database that does not exist yet. */
  readonly initial: { readonly clusterUid: string; readonly term: number };
  /** Largest size of the file; absent: what the disk holds. */
  readonly quotaBytes?: number;
}
