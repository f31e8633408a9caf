/** One attempt at one item. */
export interface ItemAttempt {
  readonly phaseUid: string;
  readonly round: number;
  readonly index: number;
  /** From 1. */
  readonly attempt: number;
}

/** By what a machine knows an attempt: no other one ever has this name. */
export function itemUid({ phaseUid, round, index, attempt }: ItemAttempt): string {
  return `${phaseUid}.${round}.${index}.${attempt}`;
}
