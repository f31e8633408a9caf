import type { KindInfo, ObjectKey } from "../api/index.ts";

/** Where a kind's objects lie in the store; with a namespace, only that namespace's. */
export function prefixOf(kind: KindInfo, namespace?: string): string {
  const root = `/registry/${kind.group === "" ? "core" : kind.group}/${kind.plural}/`;
  return namespace === undefined ? root : `${root}${namespace}/`;
}

/** `/registry/GROUP/PLURAL/NAMESPACE/NAME`; the namespace is empty for cluster-scoped kinds. */
export function storeKey(kind: KindInfo, key: ObjectKey): string {
  return `${prefixOf(kind, kind.namespaced ? key.namespace : "")}${key.name}`;
}
