import type { KindInfo, KubeObject } from "../api/index.ts";
import type { ApiClient } from "../client/index.ts";
import { equalJson } from "../merge/index.ts";
import { tell } from "./own-words.ts";

/** An object and who writes it. The object's resourceVersion is the precondition of each write: Conflict, else. */
export interface ObjectWrite<T extends KubeObject> {
  readonly api: ApiClient;
  readonly kind: KindInfo<T>;
  readonly object: T;
  readonly signal: AbortSignal;
}

/**
 * Writes a status, unless the object has it already: an unchanged one would wake its own writer. Answers the object as
 * it stands then.
 */
export async function writeStatus<Status, T extends KubeObject & { readonly status?: Status }>(
  { api, kind, object, signal }: ObjectWrite<T>,
  status: Status,
): Promise<T> {
  if (equalJson(object.status ?? {}, status)) return object;
  tell(object, status);
  return api.update(kind, { ...object, status }, { subresource: "status", signal });
}

/** Puts a finalizer on an object that is not being deleted. To be done before the first act that needs undoing. */
export async function ensureFinalizer<T extends KubeObject>(write: ObjectWrite<T>, finalizer: string): Promise<T> {
  const { api, kind, object, signal } = write;
  const finalizers = object.metadata.finalizers ?? [];
  if (object.metadata.deletionTimestamp !== undefined || finalizers.includes(finalizer)) return object;
  const metadata = { ...object.metadata, finalizers: [...finalizers, finalizer] };
  return api.update(kind, { ...object, metadata }, { signal });
}

/** Takes a finalizer away; the object may be gone then. */
export async function releaseFinalizer<T extends KubeObject>(write: ObjectWrite<T>, finalizer: string): Promise<void> {
  const { api, kind, object, signal } = write;
  const finalizers = object.metadata.finalizers ?? [];
  if (!finalizers.includes(finalizer)) return;
  const left = finalizers.filter((one) => one !== finalizer);
  await api.update(kind, { ...object, metadata: { ...object.metadata, finalizers: left } }, { signal });
}
