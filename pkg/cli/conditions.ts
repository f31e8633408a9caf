import { type Condition, conditionsOf, type KubeObject } from "../api/index.ts";
import { dig } from "./wire-fields.ts";

/** The condition, if it was judged of the object as it is now: one of an older generation says nothing of it. */
export function currentCondition(object: KubeObject, type: string): Condition | undefined {
  const condition = conditionsOf(object).find((candidate) => candidate.type.toLowerCase() === type.toLowerCase());
  if (condition === undefined) return undefined;
  const observed = condition.observedGeneration ?? dig(object, "status", "observedGeneration");
  const generation = object.metadata.generation;
  const stale = typeof observed === "number" && generation !== undefined && observed < generation;
  return stale ? undefined : condition;
}
