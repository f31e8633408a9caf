import { type KindInfo, type KubeObject, keyOf } from "../api/index.ts";
import type { ApiClient } from "../client/index.ts";
import { refusedByQuota } from "../quota/index.ts";
import { isReason } from "../status/index.ts";

/** One write of an object that a controller makes. An update has the object's resourceVersion as its precondition. */
export interface ChildWrite {
  readonly verb: "create" | "update" | "delete";
  readonly kind: KindInfo;
  readonly object: KubeObject;
}

/** Enough to fill the store's group commit, few enough not to starve other controllers. */
const maxWritesInFlight = 32;

/** A quota tells that there is room; should that be missed, what it refused is tried again after so long. */
export const quotaRecheckMs = 10_000;

/** What a quota of the namespace kept from being made, in its words. */
export interface QuotaRefusal {
  readonly message: string;
}

/**
 * Carries out all writes; one that fails does not keep the others from being made. What is gone already needs no
 * deletion. What a quota refuses is no fault of ours: it is answered, and after the first refusal nothing more is created.
 * Rejects with AggregateError where anything else failed.
 */
export async function writeChildren(
  writes: readonly ChildWrite[],
  { api, signal }: { readonly api: ApiClient; readonly signal: AbortSignal },
): Promise<QuotaRefusal | undefined> {
  const errors: unknown[] = [];
  let refusal: QuotaRefusal | undefined;
  const rest = writes[Symbol.iterator]();
  const fail = (error: unknown): void => {
    const message = refusedByQuota(error);
    if (message === undefined) errors.push(error);
    else refusal ??= { message };
  };
  const work = async (): Promise<void> => {
    for (const write of rest) {
      signal.throwIfAborted();
      if (refusal === undefined || write.verb !== "create") await carryOut(write, api, signal).catch(fail);
    }
  };
  await Promise.all(Array.from({ length: maxWritesInFlight }, work));
  signal.throwIfAborted();
  if (errors.length > 0) throw new AggregateError(errors, `${errors.length} of ${writes.length} writes failed`);
  return refusal;
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
