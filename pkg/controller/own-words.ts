import type { KubeObject } from "../api/index.ts";
import { equalJson } from "../merge/index.ts";

/** What is being written as an object's status, by the object as it stood before. */
const told = new WeakMap<KubeObject, unknown>();

/** To be called before a controller writes a status. */
export function tell(before: KubeObject, status: unknown): void {
  told.set(before, status);
}

/**
 * Whether a change of a status is what a controller of this process has just written, and nobody else's: a status that
 * somebody else has put there has to be looked at, since it is wrong.
 */
export function isEcho(before: KubeObject, after: KubeObject & { readonly status?: unknown }): boolean {
  return told.has(before) && equalJson(told.get(before) ?? {}, after.status ?? {});
}
