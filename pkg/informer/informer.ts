import { type KindInfo, type KubeObject, qualifiedResource } from "../api/index.ts";
import type { ApiClient, ListOptions, WatchEvent } from "../client/portable.ts";
import { type Clock, sleep } from "../clock/index.ts";
import type { Logger } from "../log/index.ts";
import { isReason, StatusError } from "../status/index.ts";
import type { Cache } from "./cache.ts";
import { type CacheChange, ObjectCache, uidOf, versionOf } from "./object-cache.ts";
import type { ChangeHandler, ObjectSource } from "./object-source.ts";
import { Silence } from "./silence.ts";

const firstDelayMs = 100;
const maxDelayMs = 10_000;
/** A watch that lasted so long was a good one, even if nothing happened in it. */
const goodWatchMs = 5000;

export interface InformerOptions<T extends KubeObject> {
  readonly api: ApiClient;
  readonly kind: KindInfo<T>;
  readonly clock: Clock;
  /** In [0, 1); spreads retries. */
  readonly random: () => number;
  readonly log: Logger;
  /** Which objects; absent: all. */
  readonly selection?: Selection;
  /** Told of each list of everything: once at the start, and whenever the watch has lost its place. */
  readonly onList?: () => void;
  /** Told of each failure; what can be done about it is being done: the informer never gives up. */
  readonly onError?: (error: StatusError) => void;
  /**
   * A watch that has been silent for so long is begun again. For servers that send bookmarks more often than that;
   * default: never.
   */
  readonly maxSilenceMs?: number;
}

/** Absent namespace: all of them. */
export type Selection = Pick<ListOptions, "namespace" | "labelSelector" | "fieldSelector">;

/** Lists and watches one kind, and keeps a cache of it. */
export class Informer<T extends KubeObject> implements ObjectSource<T> {
  /** Resolves when the cache has been filled for the first time. */
  readonly synced: Promise<void>;
  readonly #options: InformerOptions<T>;
  readonly #log: Logger;
  readonly #cache = new ObjectCache<T>();
  readonly #handlers = new Set<ChangeHandler<T>>();
  readonly #stopping = new AbortController();
  #markSynced: () => void = () => {};
  #isSynced = false;
  #running: Promise<void> | undefined;
  /** Where the watch stands; undefined: all must be listed. */
  #position: string | undefined;
  #failures = 0;

  constructor(options: InformerOptions<T>) {
    this.#options = options;
    this.#log = options.log.child({ resource: qualifiedResource(options.kind) });
    this.synced = new Promise((resolve) => {
      this.#markSynced = resolve;
    });
  }

  /** True once the cache has been filled: only then does it say what is not there. */
  get isSynced(): boolean {
    return this.#isSynced;
  }

  get cache(): Cache<T> {
    return this.#cache;
  }

  /** Calls the handler for all objects that are there, as created, and then for each change. Returns what ends it. */
  subscribe(handler: ChangeHandler<T>): () => void {
    this.#handlers.add(handler);
    for (const object of this.#cache.list()) handler(undefined, object);
    return () => this.#handlers.delete(handler);
  }

  start(): void {
    this.#running ??= this.#run(this.#stopping.signal);
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new StatusError("ServiceUnavailable", "the informer is stopping"));
    await this.#running;
  }

  /**
   * The answer to a write of this process: seen at once, and never overwritten by an older event of the watch. An
   * object that was deleted and has no finalizer left is gone.
   */
  observeWrite(object: T): void {
    if (isLetGo(object)) this.observeDelete(uidOf(object));
    else this.#tell(this.#cache.upsert(object));
  }

  /** This process has deleted the object with this uid. */
  observeDelete(uid: string): void {
    this.#tell(this.#cache.remove(uid));
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        this.#position ??= await this.#list(signal);
        await this.#watch(this.#position, signal);
        if (!signal.aborted) await this.#pause(signal);
      } catch (error) {
        if (!signal.aborted) await this.#recover(StatusError.from(error), signal);
      }
    }
  }

  async #list(signal: AbortSignal): Promise<string> {
    const { api, kind, selection, onList } = this.#options;
    const { items, metadata } = await api.list(kind, { ...selection, signal });
    onList?.();
    for (const change of this.#cache.replace(items, Number(metadata.resourceVersion))) this.#tell(change);
    this.#isSynced = true;
    this.#markSynced();
    return metadata.resourceVersion;
  }

  async #watch(resourceVersion: string, signal: AbortSignal): Promise<void> {
    const { api, kind, selection, clock, maxSilenceMs = Number.POSITIVE_INFINITY } = this.#options;
    const startedMs = clock.monotonic();
    const silence = new Silence(clock, maxSilenceMs, signal);
    try {
      for await (const event of api.watch(kind, { ...selection, resourceVersion, signal: silence.signal })) {
        silence.heard();
        this.#failures = 0;
        this.#apply(event);
      }
    } finally {
      silence.end();
      if (clock.monotonic() - startedMs >= goodWatchMs) this.#failures = 0;
    }
  }

  #apply(event: WatchEvent<T>): void {
    const version = event.object.metadata.resourceVersion;
    switch (event.type) {
      case "ADDED":
      case "MODIFIED":
        this.#tell(this.#cache.upsert(event.object));
        break;
      case "DELETED":
        this.#tell(this.#cache.remove(uidOf(event.object)));
        break;
      case "BOOKMARK":
        break;
    }
    if (version !== undefined && versionOf(event.object) > Number(this.#position ?? 0)) this.#position = version;
  }

  async #recover(error: StatusError, signal: AbortSignal): Promise<void> {
    if (isReason(error, "Expired")) {
      this.#position = undefined;
      this.#log.info({ reason: error.message }, "watch has lost its place; listing again");
    } else {
      this.#log.warn({ reason: error.reason, err: error }, "list or watch failed");
      this.#options.onError?.(error);
    }
    await this.#pause(signal);
  }

  /** Grows while nothing comes in; a watch that the server ended after a while is taken up at once. */
  async #pause(signal: AbortSignal): Promise<void> {
    const fullMs = Math.min(maxDelayMs, firstDelayMs * 2 ** Math.min(this.#failures, 20));
    this.#failures++;
    const delayMs = fullMs / 2 + (this.#options.random() * fullMs) / 2;
    await sleep(this.#options.clock, delayMs, signal).catch(() => undefined);
  }

  #tell(change: CacheChange<T> | undefined): void {
    if (change === undefined) return;
    for (const handler of this.#handlers) {
      try {
        handler(change.before, change.after);
      } catch (error) {
        // A fault of ours; it must not keep the change from the other handlers, nor end the watch.
        this.#log.error({ err: error }, "change handler failed");
      }
    }
  }
}

/** True where nothing holds a deleted object any more; what is in a namespace holds it by finalizers of its spec. */
function isLetGo(object: KubeObject): boolean {
  const { deletionTimestamp, finalizers = [] } = object.metadata;
  if (deletionTimestamp === undefined || finalizers.length > 0) return false;
  const { spec } = object as { readonly spec?: { readonly finalizers?: readonly string[] } };
  return object.kind !== "Namespace" || (spec?.finalizers ?? []).length === 0;
}
