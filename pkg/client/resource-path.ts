import type { KindInfo, ObjectKey } from "../api/index.ts";

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** What a path needs of a kind. */
export type ResourceKind = Pick<KindInfo, "group" | "version" | "plural" | "namespaced">;

/** "/apis/plush.dev/v1/namespaces/NS/applications"; without a namespace, all of them. */
export function collectionPath(kind: ResourceKind, namespace?: string): string {
  const root = kind.group === "" ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`;
  if (!kind.namespaced || namespace === undefined || namespace === "") return `${root}/${kind.plural}`;
  return `${root}/namespaces/${encodeURIComponent(namespace)}/${kind.plural}`;
}

export function objectPath(kind: ResourceKind, key: ObjectKey, subresource?: string): string {
  const path = `${collectionPath(kind, key.namespace)}/${encodeURIComponent(key.name)}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}

/** Appends a query; undefined values are left out. */
export function withQuery(path: string, query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  const text = search.toString();
  return text === "" ? path : `${path}?${text}`;
}
