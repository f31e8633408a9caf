import type { KindInfo, KubeObject, ObjectKey, ObjectMeta } from "../api/index.ts";
import type { JsonObject } from "../merge/index.ts";
import type { Entry, Precondition, Write } from "../store/index.ts";
import type { ApiObject, Backend } from "./backend.ts";
import { conflict, modified, notFound, onlyShown } from "./errors.ts";
import { storeKey } from "./keys.ts";
import { isSealed, type ObjectState, stateIn } from "./object-state.ts";
import { checkQuota } from "./quota-access.ts";

/** An object at the head of the store: what a write is decided against. */
export interface Live {
  readonly entry: Entry;
  readonly object: ApiObject;
}

export function getObject(backend: Backend, kind: KindInfo, key: ObjectKey): ApiObject {
  return getState(backend, kind, key).object;
}

/** An object as readers see it; undefined where there is none. */
export function findObject<T extends KubeObject>(backend: Backend, kind: KindInfo<T>, key: ObjectKey): T | undefined {
  const entry = backend.store.get(storeKey(kind, key));
  // What was stored under the kind's keys was decoded as this kind when it was written.
  return entry && (stateIn(backend, kind, entry).object as unknown as T);
}

export function getState(backend: Backend, kind: KindInfo, key: ObjectKey): ObjectState {
  const entry = backend.store.get(storeKey(kind, key));
  if (entry === undefined) throw notFound(kind, key.name);
  return stateIn(backend, kind, entry);
}

export function findLive(backend: Backend, kind: KindInfo, key: ObjectKey): Live | undefined {
  const entry = backend.store.head(storeKey(kind, key));
  return entry && { entry, object: stateIn(backend, kind, entry).object };
}

export function getLive(backend: Backend, kind: KindInfo, key: ObjectKey): Live {
  const live = findLive(backend, kind, key);
  if (live === undefined) throw notFound(kind, key.name);
  return live;
}

/**
 * Waits until the object stands durably as `findLive` shows it: before an answer that says so without a commit of its own.
 * Another's write may fail that is on its way to the disk, and the client would never hear that its own came to nothing.
 */
export async function settled(backend: Backend, kind: KindInfo, key: ObjectKey): Promise<void> {
  await backend.store.settled(storeKey(kind, key));
}

/** One object's part in a commit; `next` undefined: it is deleted. */
export interface Put {
  readonly kind: KindInfo;
  readonly key: ObjectKey;
  /** Undefined: it must not exist. */
  readonly live: Live | undefined;
  readonly next: ApiObject | undefined;
  /** Milliseconds since 1970; absent: the object stays. */
  readonly expiresAt?: number;
}

export interface CommitOptions {
  /** It moves work off a machine that is lost: a limit of machines that are held does not keep it there. */
  readonly isRescue?: boolean;
}

/**
 * Writes all in one commit. Returns them as stored, undefined for the deleted ones. Throws Forbidden where it is more than
 * a quota allows.
 */
export async function commit(
  backend: Backend,
  puts: readonly Put[],
  { isRescue = false }: CommitOptions = {},
): Promise<readonly (ObjectState | undefined)[]> {
  for (const { kind } of puts) if (kind.viewOf !== undefined) throw onlyShown(kind);
  const counted = puts.map(({ kind, key, live, next }) => ({ kind, key, before: live?.object, after: next }));
  if (!isRescue) checkQuota(backend, counted);
  const preconditions: Precondition[] = [];
  const writes: Write[] = [];
  for (const { kind, key, live, next, expiresAt } of puts) {
    const place = storeKey(kind, key);
    preconditions.push({ key: place, revision: live?.entry.revision ?? 0 });
    writes.push({
      key: place,
      value: next && ((revision: number) => stored(backend, kind, next, revision)),
      ...(expiresAt !== undefined && { expiresAt }),
    });
  }
  const { entries } = await backend.quotas.follow(counted, () => backend.store.commit(preconditions, writes));
  return entries.map((entry, index) => {
    const put = puts[index];
    return entry && put && stateIn(backend, put.kind, entry);
  });
}

/** Commits one object that is there afterwards. */
export async function commitOne(backend: Backend, put: Put & { readonly next: ApiObject }): Promise<ObjectState> {
  const [state] = await commit(backend, [put]);
  if (state === undefined) throw new Error(`${put.kind.kind} ${put.key.name} was committed and is not there`);
  return state;
}

export function withMetadata(object: ApiObject, metadata: ObjectMeta): ApiObject {
  return { ...object, metadata };
}

/** Throws Conflict where a write names a version or an identity that the object does not have. */
export function checkPreconditions(
  kind: KindInfo,
  live: ApiObject,
  wanted: { readonly uid?: string | undefined; readonly resourceVersion?: string | undefined },
): void {
  const { name = "", uid, resourceVersion } = live.metadata;
  if (wanted.uid !== undefined && wanted.uid !== "" && wanted.uid !== uid)
    throw conflict(kind, name, `Precondition failed: UID in precondition: ${wanted.uid}, UID in object meta: ${uid}`);
  const version = wanted.resourceVersion;
  if (version !== undefined && version !== "" && version !== "0" && version !== resourceVersion)
    throw modified(kind, name);
}

function stored(backend: Backend, kind: KindInfo, object: ApiObject, revision: number): JsonObject {
  const versioned = { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
  return isSealed(kind) ? backend.sealer.seal(versioned) : versioned;
}
