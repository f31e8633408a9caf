import type { Barrier, BarrierAnswered } from "../api/index.ts";

/** Answers that `after` gives and `before` did not. One that is taken back was heard. */
export function newAnswers(before: Barrier, after: Barrier): readonly BarrierAnswered[] {
  const told = new Set(before.status?.answers?.map(answerKey));
  return (after.status?.answers ?? []).filter((answer) => !told.has(answerKey(answer)));
}

function answerKey({ processUid, round, entryAt }: BarrierAnswered): string {
  return `${processUid} ${round} ${entryAt}`;
}
