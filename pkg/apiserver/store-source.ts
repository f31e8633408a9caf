import type { KindInfo, KubeObject, ObjectKey } from "../api/index.ts";
import type { Cache, ChangeHandler, ObjectSource } from "../informer/index.ts";
import type { Entry, Watcher } from "../store/index.ts";
import type { ApiObject, Backend } from "./backend.ts";
import { prefixOf, storeKey } from "./keys.ts";
import { stateIn } from "./object-state.ts";

/**
 * A kind as the store has it, for readers in the server's process that look up few of many large objects: no second
 * copy, and nothing to be filled. Objects are parsed when they are asked for; all but `get` and `version` read the
 * whole kind. What is there at the start is told to nobody, and objects that handlers are told of are not theirs to keep.
 */
export class StoreSource<T extends KubeObject> implements ObjectSource<T>, Cache<T> {
  readonly synced = Promise.resolve();
  readonly isSynced = true;
  readonly #backend: Backend;
  readonly #kind: KindInfo<T>;
  readonly #handlers = new Set<ChangeHandler<T>>();
  /** By namespace, and "" for all: replaced by each change. */
  readonly #versions = new Map<string, object>();
  #watcher: Watcher | undefined;

  constructor(backend: Backend, kind: KindInfo<T>) {
    this.#backend = backend;
    this.#kind = kind;
  }

  get cache(): Cache<T> {
    return this;
  }

  get(key: ObjectKey): T | undefined {
    const entry = this.#backend.store.get(storeKey(this.#kind, key));
    return entry && this.#objectIn(entry);
  }

  byUid(uid: string): T | undefined {
    return this.list().find(({ metadata }) => metadata.uid === uid);
  }

  list(namespace?: string): readonly T[] {
    const { entries } = this.#backend.store.list(prefixOf(this.#kind, namespace));
    return entries.map((entry) => this.#objectIn(entry));
  }

  ownedBy(uid: string): readonly T[] {
    return this.list().filter(({ metadata }) =>
      metadata.ownerReferences?.some((owner) => owner.controller === true && owner.uid === uid),
    );
  }

  withLabel(label: string, value: string, namespace?: string): readonly T[] {
    return this.list(namespace).filter(({ metadata }) => metadata.labels?.[label] === value);
  }

  index(terms: (object: T) => readonly string[]): (term: string) => readonly T[] {
    return (term) => this.list().filter((object) => terms(object).includes(term));
  }

  version(namespace = ""): object {
    const known = this.#versions.get(namespace);
    if (known !== undefined) return known;
    const version = {};
    this.#versions.set(namespace, version);
    return version;
  }

  versionWithLabel(): object {
    return this.version();
  }

  subscribe(handler: ChangeHandler<T>): () => void {
    this.#handlers.add(handler);
    return () => this.#handlers.delete(handler);
  }

  start(): void {
    const { store } = this.#backend;
    this.#watcher ??= store.watch(prefixOf(this.#kind), store.revision, {
      onChanges: (changes) => {
        for (const { current, previous } of changes) this.#tell(previous, current);
      },
      onEnd: () => {},
    });
  }

  async stop(): Promise<void> {
    this.#watcher?.close();
  }

  /** The store knows. */
  observeWrite(): void {}

  observeDelete(): void {}

  #tell(previous: Entry | undefined, current: Entry | undefined): void {
    const before = previous && this.#glanceAt(previous);
    const after = current && this.#glanceAt(current);
    this.#versions.delete("");
    this.#versions.delete((after ?? before)?.metadata.namespace ?? "");
    for (const handler of this.#handlers) handler(before, after);
  }

  #glanceAt(entry: Entry): T {
    return typed(stateIn(this.#backend, this.#kind, entry).glance);
  }

  #objectIn(entry: Entry): T {
    return typed(stateIn(this.#backend, this.#kind, entry).object);
  }
}

/** What was read from the store has been decoded as this kind when it was written. */
function typed<T extends KubeObject>(object: ApiObject): T {
  return object as unknown as T;
}
