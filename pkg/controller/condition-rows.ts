import { type Condition, type ConditionStatus, type KubeObject, setCondition } from "../api/index.ts";

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
  const latest = new Map(rows.map((row) => [row[0], row]));
  return [...latest.values()].reduce<readonly Condition[]>(
    (list, [type, status, reason, message]) =>
      setCondition(
        list,
        { type, status, reason, message, ...(generation !== undefined && { observedGeneration: generation }) },
        nowText,
      ),
    object.status?.conditions ?? [],
  );
}
