/**
 * Logs of many processes in one answer: POST /apis/plush.dev/v1/logs with a LogsRequest; the answer is
 * application/x-ndjson of LogsMessage, last `end`. A stream without `end` was cut. With `follow`, it has one once every
 * process has ended for good.
 */
export const logsRoute = "/apis/plush.dev/v1/logs";

export interface LogsRequest {
  readonly namespace: string;
  /** Names of Processes, and label selectors over them; with `follow`, also over those that come later. */
  readonly processes?: readonly string[];
  readonly selectors?: readonly string[];
  /** Goes on with what is printed: by later runs too, and on the machine where a process is next. */
  readonly follow?: boolean;
  readonly previous?: boolean;
  /** Each line with its time. */
  readonly timestamps?: boolean;
  /** Of each process: lines from the end; absent: all. */
  readonly tailLines?: number;
  /** Only what is younger than so many seconds, or than this time (RFC 3339). */
  readonly sinceSeconds?: number;
  readonly sinceTime?: string;
  /** Of each process: ends after so many bytes. */
  readonly limitBytes?: number;
}

export type LogsMessage = LogsMembers | LogsText | LogsNote | LogsEnd;

/** Processes whose logs are told from now on: first all there are, and with `follow` those that come later. */
export interface LogsMembers {
  readonly type: "members";
  readonly processes: readonly string[];
}

/** Whole lines, but for a last one without an end and for very long ones. */
export interface LogsText {
  readonly type: "text";
  readonly process: string;
  readonly text: string;
}

/** Why nothing comes of a process for now (`waiting`) or at all (`failed`), or that it does again (`back`). */
export interface LogsNote {
  readonly type: "note";
  readonly process: string;
  readonly note: "waiting" | "back" | "failed";
  /** For people. */
  readonly message: string;
}

export interface LogsEnd {
  readonly type: "end";
}
