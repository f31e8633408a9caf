import type { Condition, ConditionStatus } from "./object.ts";

/** A condition as a controller states it; when it last changed is for setCondition to know. */
export interface ConditionInput {
  readonly type: string;
  readonly status: ConditionStatus;
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration?: number;
}

/**
 * The conditions with `input` in place of its type's, or at the end. lastTransitionTime moves to `nowText` only where
 * the status changes. Gives the same array where nothing changes.
 */
export function setCondition(
  conditions: readonly Condition[] | undefined,
  input: ConditionInput,
  nowText: string,
): readonly Condition[] {
  const present = conditions ?? [];
  const old = findCondition(present, input.type);
  const next = nextCondition(old, input, nowText);
  if (old === undefined) return [...present, next];
  return next === old ? present : present.map((one) => (one.type === input.type ? next : one));
}

/** What becomes of a condition, or of none; the very same where nothing changes. */
export function nextCondition(old: Condition | undefined, input: ConditionInput, nowText: string): Condition {
  const lastTransitionTime = old?.status === input.status ? old.lastTransitionTime : nowText;
  const next: Condition = { ...input, lastTransitionTime };
  return old !== undefined && sameCondition(old, next) ? old : next;
}

export function findCondition(conditions: readonly Condition[] | undefined, type: string): Condition | undefined {
  return conditions?.find((one) => one.type === type);
}

/** False where the condition is missing, False or Unknown. */
export function isTrue(conditions: readonly Condition[] | undefined, type: string): boolean {
  return findCondition(conditions, type)?.status === "True";
}

function sameCondition(left: Condition, right: Condition): boolean {
  return (
    left.status === right.status &&
    left.reason === right.reason &&
    left.message === right.message &&
    left.observedGeneration === right.observedGeneration &&
    left.lastTransitionTime === right.lastTransitionTime
  );
}
