import type { KubeObject, Process } from "../api/index.ts";
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

/**
 * A change of a process beyond where it is at barriers. These are entered and passed by all members within moments, and
 * mean something to barriers and documents alone.
 */
export function isBeyondBarriers(before: Process, after: Process): boolean {
  const { barriers: _from, ...was } = before.status ?? {};
  const { barriers: _to, ...is } = after.status ?? {};
  return isWish(before, after) || !equalJson(was, is);
}
