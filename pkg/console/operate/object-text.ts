import type { KubeObject } from "../../api/index.ts";
import { fields } from "../../merge/index.ts";

export interface ShownObject {
  readonly [field: string]: unknown;
}

const hidden = "***";

/** An object as it is shown: without bookkeeping of who owns which field, and without values of Secrets unless asked. */
export function shownObject(object: KubeObject, showsSecret: boolean): ShownObject {
  const { metadata, apiVersion, kind, ...rest } = object as KubeObject & ShownObject;
  const { managedFields: _, ...shown } = metadata;
  const masks = kind === "Secret" && !showsSecret;
  return { apiVersion, kind, metadata: shown, ...(masks ? masked(rest) : rest) };
}

/** What can be written of it: what the server keeps for itself is left out. */
export function editableObject(object: KubeObject): ShownObject {
  const { status: _, metadata, ...shown } = shownObject(object, true);
  const {
    uid: _uid,
    resourceVersion: _version,
    generation: _generation,
    creationTimestamp: _created,
    deletionTimestamp: _deleted,
    ...own
  } = fields(metadata);
  return { ...shown, metadata: own };
}

function masked(content: ShownObject): ShownObject {
  const hide = (value: unknown): unknown =>
    typeof value === "object" && value !== null
      ? Object.fromEntries(Object.keys(value).map((name) => [name, hidden]))
      : value;
  return Object.fromEntries(
    Object.entries(content).map(([name, value]) => [name, /^(data|stringData)$/.test(name) ? hide(value) : value]),
  );
}
