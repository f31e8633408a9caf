import type { KindInfo } from "../api/index.ts";

/** What others refer to comes first, so that as little as possible has to wait for a reference. */
const order = ["Namespace", "Secret", "ConfigMap", "Hook", "ResourcePool", "Resource", "Software", "Application"];

/** In the order in which objects are sent; those of one kind stay in the order of the files. */
export function inApplyOrder<T extends { readonly kind: Pick<KindInfo, "kind"> }>(items: readonly T[]): T[] {
  return items
    .map((item, index) => ({ item, index }))
    .sort((left, right) => rank(left.item) - rank(right.item) || left.index - right.index)
    .map(({ item }) => item);
}

function rank({ kind }: { readonly kind: Pick<KindInfo, "kind"> }): number {
  const index = order.indexOf(kind.kind);
  return index < 0 ? order.length : index;
}
