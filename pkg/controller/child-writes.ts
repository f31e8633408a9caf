import { type KindInfo, type KubeObject, keyOf } from "../api/index.ts";
import type { ApiClient } from "../client/index.ts";
import { isReason } from "../status/index.ts";

/** One write of an object that a controller makes. An update has the object's resourceVersion as its precondition. */
export interface ChildWrite {
  readonly verb: "create" | "update" | "delete";
  readonly kind: KindInfo;
  readonly object: KubeObject;
}

/** Enough to fill the store's group commit, few enough not to starve other controllers. */
const maxWritesInFlight = 32;

/**
 * Carries out all writes; one that fails does not keep the others from being made. What is gone already needs no
 * deletion. Rejects with AggregateError where any failed.
 */
export async function writeChildren(
  writes: readonly ChildWrite[],
  { api, signal }: { readonly api: ApiClient; readonly signal: AbortSignal },
): Promise<void> {
  const errors: unknown[] = [];
  const rest = writes[Symbol.iterator]();
  const work = async (): Promise<void> => {
    for (const write of rest) {
      signal.throwIfAborted();
      await carryOut(write, api, signal).catch((error: unknown) => errors.push(error));
    }
  };
  await Promise.all(Array.from({ length: maxWritesInFlight }, work));
  signal.throwIfAborted();
  if (errors.length > 0) throw new AggregateError(errors, `${errors.length} of ${writes.length} writes failed`);
}

async function carryOut({ verb, kind, object }: ChildWrite, api: ApiClient, signal: AbortSignal): Promise<void> {
  switch (verb) {
    case "create":
      await api.create(kind, object, { signal });
      return;
    case "update":
      await api.update(kind, object, { signal });
      return;
    case "delete":
      await remove(kind, object, api, signal);
  }
}

/** Only this very object: another of the same name may have come since it was looked at. */
async function remove(kind: KindInfo, object: KubeObject, api: ApiClient, signal: AbortSignal): Promise<void> {
  const { uid } = object.metadata;
  try {
    await api.delete(kind, keyOf(object), { signal, ...(uid !== undefined && { preconditions: { uid } }) });
  } catch (error) {
    if (!isReason(error, "NotFound")) throw error;
  }
}
