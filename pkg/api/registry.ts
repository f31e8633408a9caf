import { kinds } from "./generated/kinds.ts";
import { apiVersionOf, type KindInfo } from "./kind-info.ts";

/** Every kind, in alphabetical order. */
export const allKinds: readonly KindInfo[] = /* @__PURE__ */ Object.values(kinds);

/** The kind served at /apis/GROUP/VERSION/PLURAL; `group` is "" for the core group. */
export function kindByResource(group: string, version: string, plural: string): KindInfo | undefined {
  return allKinds.find((kind) => kind.plural === plural && kind.group === group && kind.version === version);
}

/** The kind of objects with this apiVersion and kind. */
export function kindByName(apiVersion: string, name: string): KindInfo | undefined {
  return allKinds.find((kind) => kind.kind === name && apiVersionOf(kind) === apiVersion);
}
