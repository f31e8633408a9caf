import { type KindInfo, type ObjectKey, sourceOf } from "../api/index.ts";

const roots = new Map<KindInfo, string>();

/** Where a kind's objects lie in the store, a view's with what it shows; with a namespace, only that namespace's. */
export function prefixOf(kind: KindInfo, namespace?: string): string {
  const root = roots.get(kind) ?? makeRoot(kind);
  return namespace === undefined ? root : `${root}${namespace}/`;
}

/** `/registry/GROUP/PLURAL/NAMESPACE/NAME`; the namespace is empty for cluster-scoped kinds. */
export function storeKey(kind: KindInfo, key: ObjectKey): string {
  return `${prefixOf(kind, kind.namespaced ? key.namespace : "")}${key.name}`;
}

function makeRoot(kind: KindInfo): string {
  const { group, plural } = sourceOf(kind);
  const root = `/registry/${group === "" ? "core" : group}/${plural}/`;
  roots.set(kind, root);
  return root;
}
