import { apiVersionOf, type KindInfo, type KubeObject, kindByName, type SyncedObject } from "../../api/index.ts";

/** Where an object is, whichever it is. */
export interface ObjectPlace {
  readonly kind: KindInfo;
  readonly namespace: string;
  readonly name: string;
}

/** Tells objects apart: "applications.plush.dev/default/web". */
export function idOf({ kind, namespace, name }: ObjectPlace): string {
  return `${kind.plural}.${kind.group}/${namespace}/${name}`;
}

export function syncedObject({ kind, namespace, name }: ObjectPlace): SyncedObject {
  return { apiVersion: apiVersionOf(kind), kind: kind.kind, ...(namespace !== "" && { namespace }), name };
}

/** Undefined where the server has no such kind (any more). */
export function placeOf({ apiVersion, kind: name, namespace = "", ...rest }: SyncedObject): ObjectPlace | undefined {
  const kind = kindByName(apiVersion, name);
  return kind && { kind, namespace, name: rest.name };
}

/** "application/web", as people name it. */
export function shownName({ kind, namespace, name }: ObjectPlace, own: string): string {
  const where = namespace === "" || namespace === own ? "" : ` in ${namespace}`;
  return `${kind.singular}/${name}${where}`;
}

/**
 * Changes with everything that is wanted of an object, and not with what is observed of it; undefined where there is none.
 */
export function stampOf(kind: KindInfo, object: KubeObject | undefined): string | undefined {
  if (object === undefined) return undefined;
  const { uid, generation, resourceVersion, deletionTimestamp, labels, annotations } = object.metadata;
  if (!kind.hasStatus) return `${uid} ${resourceVersion}`;
  return JSON.stringify([uid, generation, deletionTimestamp, labels, annotations]);
}
