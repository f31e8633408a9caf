import type { KubeObject } from "../api/index.ts";
import { equalJson } from "../merge/index.ts";

/** A change of what is wanted, or of what names and owns it: all but status, and what the server keeps for itself. */
export function isWish(before: KubeObject, after: KubeObject): boolean {
  return (
    before.metadata.generation !== after.metadata.generation ||
    before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp ||
    !equalJson(before.metadata.labels ?? {}, after.metadata.labels ?? {}) ||
    !equalJson(before.metadata.annotations ?? {}, after.metadata.annotations ?? {})
  );
}
