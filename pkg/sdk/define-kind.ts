import type { KindInfo, KubeObject } from "../api/index.ts";

/**
 * A kind that this client was not made for, with the type of its objects, to be used like those it knows:
 * `client.kind(defineKind<Node>({ group: "", version: "v1", kind: "Node", plural: "nodes", namespaced: false }))`.
 */
export function defineKind<T extends KubeObject>(
  names: Pick<KindInfo, "group" | "version" | "kind" | "plural" | "namespaced">,
): KindInfo<T> {
  return {
    singular: names.kind.toLowerCase(),
    shortNames: [],
    categories: [],
    hasStatus: true,
    printerColumns: [],
    selectableFields: [],
    conditions: {},
    ...names,
  };
}
