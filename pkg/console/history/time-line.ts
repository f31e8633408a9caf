import type { HistoryAnswer } from "../../protocol/index.ts";

/** A revision of the store, and when it was the newest, in milliseconds since 1970. */
export interface Moment {
  readonly revision: number;
  readonly at: number;
}

/** Time and revisions of the server's history: marks, oldest first, with straight lines between them. */
export type TimeLine = readonly Moment[];

export function timeLineOf({ marks }: HistoryAnswer): TimeLine {
  return marks.map(({ resourceVersion, at }) => ({ revision: Number(resourceVersion), at: Date.parse(at) }));
}

/** The revision that was the newest at a time; before the oldest mark that of it, after the last that of the last. */
export function revisionAt(line: TimeLine, at: number): number {
  return Math.floor(between(line, at, "at", "revision"));
}

/** When a revision was written, as far as the marks tell. */
export function timeOf(line: TimeLine, revision: number): number {
  return between(line, revision, "revision", "at");
}

function between(line: TimeLine, value: number, known: keyof Moment, wanted: keyof Moment): number {
  const next = line.findIndex((mark) => mark[known] >= value);
  const after = line[next < 0 ? line.length - 1 : next];
  const before = next <= 0 ? after : line[next - 1];
  if (after === undefined || before === undefined) return 0;
  const span = after[known] - before[known];
  if (span <= 0 || value >= after[known]) return after[wanted];
  if (value <= before[known]) return before[wanted];
  return before[wanted] + ((value - before[known]) / span) * (after[wanted] - before[wanted]);
}
