import type { Readable } from "node:stream";

/** A place in a process's log, on one machine. */
export interface LogPosition {
  /** What the agent calls a run of the process. */
  readonly run: string;
  readonly offset: number;
}

/** A log, and where in it the text begins. */
export interface OpenLog {
  readonly text: Readable;
  readonly position: LogPosition;
  /** The process's last run: another one, where more is to be read. */
  readonly lastRun: string;
}

/** Which part of a log is wanted, and how. */
export interface LogOptions {
  readonly tail?: number;
  readonly since?: string;
  /** What comes from there on; where the run's log is gone, all of the last run's. */
  readonly from?: LogPosition;
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly signal: AbortSignal;
}
