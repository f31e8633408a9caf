import type { Condition, KubeObject } from "./object.ts";

/** What any object says of itself, whatever its kind: `status.conditions`, as far as they are what they should be. */
export function conditionsOf(object: KubeObject): readonly Condition[] {
  const { conditions } = statusOf(object);
  return Array.isArray(conditions) ? conditions.map(conditionOf) : [];
}

/** "Installing", or "" where the kind has no such summary. */
export function stateOf(object: KubeObject): string {
  return text(statusOf(object)["state"]);
}

type Fields = Readonly<Record<string, unknown>>;

function statusOf(object: KubeObject): Fields {
  return fields((object as { readonly status?: unknown }).status);
}

function conditionOf(value: unknown): Condition {
  const condition = fields(value);
  const { status, observedGeneration } = condition;
  return {
    type: text(condition["type"]),
    status: status === "True" || status === "False" ? status : "Unknown",
    reason: text(condition["reason"]),
    message: text(condition["message"]),
    lastTransitionTime: text(condition["lastTransitionTime"]),
    ...(typeof observedGeneration === "number" && { observedGeneration }),
  };
}

function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
