import type { KubeObject } from "../api/index.ts";
import { equalJson, fields } from "../merge/index.ts";

export type ApplyWord = "created" | "configured" | "unchanged";

/** What kubectl would say of the change. */
export function applyWord(before: KubeObject | undefined, after: KubeObject): ApplyWord {
  if (before === undefined) return "created";
  return equalJson(comparable(before), comparable(after)) ? "unchanged" : "configured";
}

/** Without what the server keeps beside what was asked for. */
function comparable(object: KubeObject): unknown {
  const { managedFields: _, resourceVersion: _version, generation: _generation, ...metadata } = object.metadata;
  const { status: _status, ...rest } = fields(object);
  return { ...rest, metadata };
}
