import type { StreamName } from "./document.ts";

/** What is fetched of a process that has ended. */
export interface ResultsRequest {
  /** Streams that were kept apart; absent: none. */
  readonly streams?: readonly StreamName[];
  /** Patterns of files, below where the process starts. */
  readonly files: readonly string[];
  /** Of streams and files together. */
  readonly maxBytes: number;
  /** Patterns of files below the working directory of its claim; absent: none. */
  readonly keep?: readonly string[];
}

/** Names in the archive of results: the log, streams, files below two directories, and last JSON of ResultsSummary. */
export const resultNames = {
  log: "log",
  stdout: "stdout",
  stderr: "stderr",
  files: "files/",
  kept: "kept/",
  summary: "summary.json",
} as const;

/** Of all files of one claim that are kept. */
export const maxKeptBytes = 64 << 20;

export interface ResultsSummary {
  /** Names of entries of which there was more: a log's end, a stream's or file's beginning is there. */
  readonly truncated: readonly string[];
  /** What could not be read, for people. */
  readonly missing?: string;
}
