import type { Condition, KubeObject } from "../api/index.ts";
import { dig, fields, list, text } from "./wire-fields.ts";

/** The conditions of any object. */
export function conditionsOf(object: KubeObject): readonly Condition[] {
  return list(dig(object, "status", "conditions")).map((value) => {
    const condition = fields(value);
    const status = condition["status"];
    return {
      type: text(condition["type"]),
      status: status === "True" || status === "False" ? status : "Unknown",
      reason: text(condition["reason"]),
      message: text(condition["message"]),
      lastTransitionTime: text(condition["lastTransitionTime"]),
      ...(typeof condition["observedGeneration"] === "number" && {
        observedGeneration: condition["observedGeneration"],
      }),
    };
  });
}

/** The condition, if it was judged of the object as it is now: one of an older generation says nothing of it. */
export function currentCondition(object: KubeObject, type: string): Condition | undefined {
  const condition = conditionsOf(object).find((candidate) => candidate.type.toLowerCase() === type.toLowerCase());
  if (condition === undefined) return undefined;
  const observed = condition.observedGeneration ?? dig(object, "status", "observedGeneration");
  const generation = object.metadata.generation;
  const stale = typeof observed === "number" && generation !== undefined && observed < generation;
  return stale ? undefined : condition;
}

/** "Installing", or "" where the kind has no such summary. */
export function stateOf(object: KubeObject): string {
  return text(dig(object, "status", "state"));
}
