import { type Condition, type ConditionStatus, type KubeObject, nextCondition } from "../api/index.ts";

/** One condition as a plan writes it down. */
export type ConditionRow = readonly [type: string, status: ConditionStatus, reason: string, message: string];

type Conditioned = KubeObject & { readonly status?: { readonly conditions?: readonly Condition[] } };

/**
 * The conditions of an object with `rows` set, all judged by its present generation. A later row of the same type
 * wins; conditions that no row names stay as they are.
 */
export function conditionsWith(
  object: Conditioned,
  rows: readonly ConditionRow[],
  nowText: string,
): readonly Condition[] {
  const { generation } = object.metadata;
  const present = object.status?.conditions ?? [];
  const latest = new Map(rows.map((row) => [row[0], row]));
  const next = (old: Condition | undefined, [type, status, reason, message]: ConditionRow): Condition => {
    const judged = generation !== undefined && { observedGeneration: generation };
    return nextCondition(old, { type, status, reason, message, ...judged }, nowText);
  };
  const kept = present.map((old) => {
    const row = latest.get(old.type);
    return row === undefined ? old : next(old, row);
  });
  for (const { type } of present) latest.delete(type);
  const added = [...latest.values()].map((row) => next(undefined, row));
  return added.length === 0 && kept.every((one, index) => one === present[index]) ? present : [...kept, ...added];
}
