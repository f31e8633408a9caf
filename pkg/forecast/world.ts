import { type KindInfo, type KubeObject, keyOf, kinds } from "../api/index.ts";
import { type Cache, ObjectCache } from "../informer/index.ts";

/** Told of each change, as those who watch would be: undefined on one side for creation and deletion. */
export type WorldListener = (kind: KindInfo, before: KubeObject | undefined, after: KubeObject | undefined) => void;

/** Where objects are read from at the beginning. */
export interface WorldSource {
  cache<T extends KubeObject>(kind: KindInfo<T>): Cache<T>;
}

/** What a forecast looks at. Machines and pools are all there; of the rest, what is in its namespaces. */
export const worldKinds: readonly KindInfo[] = [
  kinds.Application,
  kinds.ApplicationRevision,
  kinds.Component,
  kinds.Claim,
  kinds.ConfigMap,
  kinds.Phase,
  kinds.Process,
  kinds.Resource,
  kinds.ResourcePool,
  kinds.ResourceQuota,
  kinds.Secret,
  kinds.Software,
];

/** Versions of what is written here: higher than any that a store has given. */
const firstVersion = 2 ** 50;

/** A copy of the objects as they are at one instant, to be changed as the server would. The objects are shared, not copied. */
export class World {
  readonly #source: WorldSource;
  readonly #namespaces: readonly string[];
  readonly #caches = new Map<string, { readonly kind: KindInfo; readonly cache: ObjectCache<KubeObject> }>();
  readonly #listeners = new Set<WorldListener>();
  #version = firstVersion;

  constructor(source: WorldSource, namespaces: readonly string[]) {
    this.#source = source;
    this.#namespaces = namespaces;
    for (const kind of worldKinds) this.#copy(kind);
  }

  /** Whether controllers look at objects of this kind. */
  has(kind: KindInfo): boolean {
    return this.#caches.has(kind.kind);
  }

  cache<T extends KubeObject>(kind: KindInfo<T>): Cache<T> {
    return this.#of(kind) as unknown as Cache<T>;
  }

  subscribe(listener: WorldListener): void {
    this.#listeners.add(listener);
  }

  put<T extends KubeObject>(kind: KindInfo<T>, object: T): T {
    const resourceVersion = String(this.#version++);
    const next = Object.freeze({ ...object, metadata: { ...object.metadata, resourceVersion } });
    const change = this.#of(kind).upsert(next);
    if (change !== undefined) this.#tell(kind, change.before, next);
    return next;
  }

  /** Takes an object away, and what it controls. */
  remove(kind: KindInfo, object: KubeObject): void {
    const uid = object.metadata.uid ?? "";
    const change = this.#of(kind).remove(uid);
    if (change === undefined) return;
    this.#tell(kind, change.before, undefined);
    for (const { kind: dependent, cache } of this.#caches.values())
      for (const child of cache.ownedBy(uid)) this.removeOrMark(dependent, child);
  }

  /** What a delete does: an object that somebody has still to clean up after is marked, any other one goes. */
  removeOrMark(kind: KindInfo, object: KubeObject, at = "1970-01-01T00:00:00Z"): void {
    const live = this.cache(kind).get(keyOf(object));
    if (live === undefined || live.metadata.uid !== object.metadata.uid) return;
    if ((live.metadata.finalizers ?? []).length === 0) this.remove(kind, live);
    else if (live.metadata.deletionTimestamp === undefined)
      this.put(kind, { ...live, metadata: { ...live.metadata, deletionTimestamp: at } });
  }

  #of(kind: KindInfo): ObjectCache<KubeObject> {
    return this.#caches.get(kind.kind)?.cache ?? this.#copy(kind);
  }

  #copy(kind: KindInfo): ObjectCache<KubeObject> {
    const cache = new ObjectCache<KubeObject>();
    const there = this.#source.cache(kind);
    const objects = kind.namespaced ? this.#namespaces.flatMap((one) => there.list(one)) : there.list();
    for (const object of objects) cache.upsert(object);
    this.#caches.set(kind.kind, { kind, cache });
    return cache;
  }

  #tell(kind: KindInfo, before: KubeObject | undefined, after: KubeObject | undefined): void {
    for (const listener of this.#listeners) listener(kind, before, after);
  }
}
