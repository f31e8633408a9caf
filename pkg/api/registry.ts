import { kinds } from "./generated/kinds.ts";
import { apiVersionOf, type KindInfo } from "./kind-info.ts";

/** Every kind, in alphabetical order. */
export const allKinds: readonly KindInfo[] = /* @__PURE__ */ Object.values(kinds);

/** The kind served at /apis/GROUP/VERSION/PLURAL; `group` is "" for the core group. */
export function kindByResource(group: string, version: string, plural: string): KindInfo | undefined {
  return allKinds.find((kind) => kind.plural === plural && kind.group === group && kind.version === version);
}

/** Kinds whose objects are stored: views and what is always empty cannot be created, and questions are only answered. */
export const storedKinds: readonly KindInfo[] = /* @__PURE__ */ allKinds.filter(
  (kind) => hasVerb(kind, "create") && kind.createOnly !== true,
);

const sources = /* @__PURE__ */ new Map<KindInfo, KindInfo>();

/** The kind that a view shows; a kind that is none is its own. */
export function sourceOf(kind: KindInfo): KindInfo {
  if (kind.viewOf === undefined) return kind;
  const known = sources.get(kind) ?? kindByName("plush.dev/v1", kind.viewOf);
  if (known === undefined) throw new Error(`${kind.kind} shows ${kind.viewOf}, which is no kind`);
  sources.set(kind, known);
  return known;
}

/** Whether a verb, as "list" or "delete", may be used on objects of the kind. */
export function hasVerb(kind: KindInfo, verb: string): boolean {
  return kind.verbs === undefined || kind.verbs.includes(verb);
}

/** The kind of objects with this apiVersion and kind. */
export function kindByName(apiVersion: string, name: string): KindInfo | undefined {
  return allKinds.find((kind) => kind.kind === name && apiVersionOf(kind) === apiVersion);
}
