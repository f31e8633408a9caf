import type { KubeObject } from "../api/index.ts";
import { isObject, type JsonObject } from "../merge/index.ts";
import type { FieldChange } from "../protocol/index.ts";
import { fieldChanges } from "./field-changes.ts";

/** What a write would change of an object; `before` is undefined where it is not there. Values of Secrets are not told. */
export function objectChanges(before: KubeObject | undefined, after: KubeObject): readonly FieldChange[] {
  const [was, is] = [before === undefined ? {} : shownPart(before), shownPart(after)];
  const changes = fieldChanges(was, is);
  return after.kind === "Secret" ? changes.map(masked) : changes;
}

/** Without what the server keeps for itself, and what says the same in another form. */
function shownPart(object: KubeObject): JsonObject {
  const { metadata, apiVersion: _version, kind: _kind, ...rest } = object as KubeObject & JsonObject;
  const { status: _status, ...fields } = rest;
  const { labels, annotations = {}, ownerReferences, finalizers } = metadata;
  const { "kubectl.kubernetes.io/last-applied-configuration": _applied, ...kept } = annotations;
  const shown = {
    ...(labels !== undefined && { labels }),
    ...(Object.keys(kept).length > 0 && { annotations: kept }),
    ...(ownerReferences !== undefined && { ownerReferences }),
    ...(finalizers !== undefined && { finalizers }),
  };
  return { ...(Object.keys(shown).length > 0 && { metadata: shown }), ...fields };
}

const hidden = "***";

function masked({ path, from, to }: FieldChange): FieldChange {
  const isData = /^(data|stringData)\b/.test(path);
  const mask = (value: unknown): unknown => {
    if (!isData) return value;
    return isObject(value) ? Object.fromEntries(Object.keys(value).map((name) => [name, hidden])) : hidden;
  };
  return { path, ...(from !== undefined && { from: mask(from) }), ...(to !== undefined && { to: mask(to) }) };
}
