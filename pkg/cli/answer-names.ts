import { resultNames } from "../protocol/index.ts";

const streams: readonly string[] = [resultNames.stdout, resultNames.stderr];

/** Which of the results is the answer: the streams that were kept apart, else the log with both in one. */
export function answerNames(names: readonly string[]): readonly string[] {
  const kept = streams.filter((name) => names.includes(name));
  return kept.length > 0 ? kept : names.filter((name) => name === resultNames.log);
}

/** Whether a result is something printed, and no file. */
export function isPrinted(name: string): boolean {
  return name === resultNames.log || streams.includes(name);
}
