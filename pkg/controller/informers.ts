import { type KindInfo, type KubeObject, type ObjectKey, qualifiedResource } from "../api/index.ts";
import type { ApiClient } from "../client/index.ts";
import type { Clock } from "../clock/index.ts";
import { type Cache, Informer, type ObjectSource } from "../informer/index.ts";
import type { Logger } from "../log/index.ts";
import type { Counter } from "../metrics/index.ts";
import { StatusError } from "../status/index.ts";
import type { WriteObserver } from "./observing-client.ts";

export interface InformersOptions {
  readonly api: ApiClient;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  /** Kinds that are read from elsewhere than from an informer. */
  readonly sourceOf?: SourceChooser;
  readonly lists: Counter<"resource">;
  /** A cache that was first asked for after the start has been filled. */
  readonly onLateCache: () => void;
}

export type SourceChooser = <T extends KubeObject>(kind: KindInfo<T>) => ObjectSource<T> | undefined;

/** One informer a kind, shared by all controllers of the process. */
export class Informers implements WriteObserver {
  readonly #options: InformersOptions;
  readonly #byResource = new Map<string, ObjectSource<KubeObject>>();
  /** The same: every look into a cache begins here. */
  readonly #byKind = new Map<KindInfo, ObjectSource<KubeObject>>();
  readonly #stopped: Promise<void>;
  #markStopped: () => void = () => {};
  #isStarted = false;
  /** All caches that were known at the start are filled. */
  #isFilled = false;

  constructor(options: InformersOptions) {
    this.#options = options;
    this.#stopped = new Promise((resolve) => {
      this.#markStopped = resolve;
    });
  }

  /** Made on first use; one that is made after the start is started at once. */
  of<T extends KubeObject>(kind: KindInfo<T>): ObjectSource<T> {
    const found = this.#byKind.get(kind) ?? (this.#make(kind) as unknown as ObjectSource<KubeObject>);
    this.#byKind.set(kind, found);
    // The map is keyed by kind, so what stands there is of this kind.
    return found as unknown as ObjectSource<T>;
  }

  #make<T extends KubeObject>(kind: KindInfo<T>): ObjectSource<T> {
    const resource = qualifiedResource(kind);
    const existing = this.#byResource.get(resource);
    if (existing !== undefined) return existing as unknown as ObjectSource<T>;
    const { onLateCache, sourceOf } = this.#options;
    const informer = sourceOf?.(kind) ?? this.#makeInformer(kind, resource);
    this.#byResource.set(resource, informer as unknown as ObjectSource<KubeObject>);
    if (this.#isStarted) {
      informer.start();
      void informer.synced.then(onLateCache);
    }
    return informer;
  }

  #makeInformer<T extends KubeObject>(kind: KindInfo<T>, resource: string): ObjectSource<T> {
    const { lists, api, clock, random, log } = this.#options;
    lists.inc({ resource }, 0);
    return new Informer<T>({ api, clock, random, log, kind, onList: () => lists.inc({ resource }) });
  }

  /**
   * Throws ServiceUnavailable, which is tried again, where controllers run already and the cache of this kind is not
   * filled: nobody shall take what is not known for what is not there.
   */
  cacheOf<T extends KubeObject>(kind: KindInfo<T>): Cache<T> {
    const informer = this.of(kind);
    if (this.#isFilled && !informer.isSynced) {
      throw new StatusError("ServiceUnavailable", `the cache of ${qualifiedResource(kind)} is being filled`);
    }
    return informer.cache;
  }

  /** Resolves when every cache has been filled once, or when all is stopped. */
  async start(): Promise<void> {
    this.#isStarted = true;
    for (const informer of this.#byResource.values()) informer.start();
    const synced = Promise.all([...this.#byResource.values()].map((informer) => informer.synced));
    await Promise.race([synced, this.#stopped]);
    this.#isFilled = true;
  }

  async stop(): Promise<void> {
    this.#markStopped();
    await Promise.all([...this.#byResource.values()].map((informer) => informer.stop()));
  }

  observeWrite(kind: KindInfo, object: KubeObject): void {
    this.#byResource.get(qualifiedResource(kind))?.observeWrite(object);
  }

  observeDelete(kind: KindInfo, key: ObjectKey, uid: string | undefined): void {
    const informer = this.#byResource.get(qualifiedResource(kind));
    // Without a uid in the request the object that is gone is the one that was known under the name, most likely; a
    // newer one of the same name has been seen by nobody yet, and comes with the watch.
    const gone = uid ?? informer?.cache.get(key)?.metadata.uid;
    if (gone !== undefined) informer?.observeDelete(gone);
  }
}
