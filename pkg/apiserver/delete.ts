import type { KindInfo, ObjectKey } from "../api/index.ts";
import { formatTimestamp } from "../clock/index.ts";
import { isObject } from "../merge/index.ts";
import type { ApiObject, Backend, WriteContext } from "./backend.ts";
import { contentFinalizers } from "./deletion-holds.ts";
import { conflict, forbidden, notFound } from "./errors.ts";
import { type ObjectState, stateIn, stateOf } from "./object-state.ts";
import { commit, commitOne, findLive, type Live, settled, withMetadata } from "./objects.ts";

export type PropagationPolicy = "Foreground" | "Background" | "Orphan";

export interface DeleteRequest {
  readonly propagationPolicy?: PropagationPolicy | undefined;
  readonly preconditions?: { readonly uid?: string | undefined; readonly resourceVersion?: string | undefined };
  readonly gracePeriodSeconds?: number | undefined;
}

export interface DeleteResult {
  /** The object as it stands, or as it stood last. */
  readonly state: ObjectState;
  readonly gone: boolean;
}

/** Finalizers that stand for a policy; the garbage collector removes them when their work is done. */
const foregroundFinalizer = "foregroundDeletion";
const orphanFinalizer = "orphan";

/** The namespace that is always there. */
export const defaultNamespace = "default";

/** Deletes an object: at once where nothing holds it, else it is marked and goes with its last finalizer. */
export async function deleteObject(
  backend: Backend,
  kind: KindInfo,
  key: ObjectKey,
  request: DeleteRequest,
  context: WriteContext,
): Promise<DeleteResult> {
  const live = findLive(backend, kind, key);
  if (live === undefined) {
    await settled(backend, kind, key);
    throw notFound(kind, key.name);
  }
  checkPreconditions(kind, live.object, request.preconditions ?? {});
  if (kind.kind === "Namespace" && key.name === defaultNamespace)
    throw forbidden(kind, key.name, "this namespace may not be deleted");
  const finalizers = finalizersFor(live.object, request.propagationPolicy);
  if (finalizers.length === 0 && contentFinalizers(live.object).length === 0) {
    if (!context.dryRun) await commit(backend, [{ kind, key, live, next: undefined }]);
    return { state: stateIn(backend, kind, live.entry), gone: true };
  }
  if (live.object.metadata.deletionTimestamp !== undefined) {
    await settled(backend, kind, key);
    return { state: stateIn(backend, kind, live.entry), gone: false };
  }
  const next = marked(backend, kind, live, finalizers, request.gracePeriodSeconds ?? 0);
  return {
    state: context.dryRun ? stateOf(next) : await commitOne(backend, { kind, key, live, next }),
    gone: false,
  };
}

/** Throws Conflict where somebody else's object would be deleted, or another version than the one that was seen. */
function checkPreconditions(
  kind: KindInfo,
  { metadata }: ApiObject,
  { uid, resourceVersion }: NonNullable<DeleteRequest["preconditions"]>,
): void {
  const { name = "" } = metadata;
  if (uid !== undefined && uid !== metadata.uid)
    throw conflict(
      kind,
      name,
      `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`,
    );
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion)
    throw conflict(
      kind,
      name,
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`,
    );
}

function finalizersFor(object: ApiObject, policy: PropagationPolicy | undefined): readonly string[] {
  const known = object.metadata.finalizers ?? [];
  if (object.metadata.deletionTimestamp !== undefined || policy === undefined) return known;
  const others = known.filter((name) => name !== foregroundFinalizer && name !== orphanFinalizer);
  if (policy === "Foreground") return [...others, foregroundFinalizer];
  return policy === "Orphan" ? [...others, orphanFinalizer] : others;
}

function marked(
  backend: Backend,
  kind: KindInfo,
  live: Live,
  finalizers: readonly string[],
  graceSeconds: number,
): ApiObject {
  const { object } = live;
  const { finalizers: _finalizers, ...metadata } = object.metadata;
  const next = withMetadata(object, {
    ...metadata,
    ...(finalizers.length > 0 && { finalizers }),
    generation: (metadata.generation ?? 0) + 1,
    deletionTimestamp: formatTimestamp(backend.clock.now() + graceSeconds * 1000),
    deletionGracePeriodSeconds: graceSeconds,
  });
  if (kind.kind !== "Namespace") return next;
  return { ...next, status: { ...(isObject(object["status"]) && object["status"]), phase: "Terminating" } };
}
