import type { ApiObject } from "./backend.ts";
import { contentFinalizer } from "./kind-rules.ts";

/** What keeps an object that has been deleted. */

/** True where nothing holds a deleted object any more. */
export function isFinished(object: ApiObject): boolean {
  if (object.metadata.deletionTimestamp === undefined) return false;
  return (object.metadata.finalizers ?? []).length === 0 && contentFinalizers(object).length === 0;
}

/** Names that hold a namespace until it is empty. */
export function contentFinalizers(object: ApiObject): readonly string[] {
  if (object.kind !== "Namespace" || object.apiVersion !== "v1") return [];
  const spec = object["spec"] as { readonly finalizers?: readonly string[] } | undefined;
  return (spec?.finalizers ?? []).filter((name) => name === contentFinalizer);
}
