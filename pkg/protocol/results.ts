/** What is fetched of a process that has ended. */
export interface ResultsRequest {
  /** Patterns of files, below where the process starts. */
  readonly files: readonly string[];
  /** Of all files together. */
  readonly maxBytes: number;
}

/** Names in the archive of results: the log, files below a directory, and last the summary, JSON of ResultsSummary. */
export const resultNames = { log: "log", files: "files/", summary: "summary.json" } as const;

export interface ResultsSummary {
  /** Names of entries of which there was more: a log's end, a file's beginning is there. */
  readonly truncated: readonly string[];
  /** What could not be read, for people. */
  readonly missing?: string;
}
