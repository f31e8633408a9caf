import type { KindInfo, KubeObject } from "../api/index.ts";
import type { ApiClient } from "../client/portable.ts";
import { systemClock } from "../clock/index.ts";
import { Informer, type Selection } from "../informer/index.ts";
import { StatusError } from "../status/index.ts";
import { quiet } from "./quiet-logger.ts";

/** What an informer calls after its cache has changed. What a handler throws is an uncaught error of the program. */
export interface InformerHandlers<T extends KubeObject> {
  /** Also for each object that was there before the handler. */
  add?(object: T): void;
  update?(object: T, before: T): void;
  /** With the object as it was last seen. */
  delete?(object: T): void;
  /** A list or a watch has failed, and will be tried again. */
  error?(error: StatusError): void;
}

export interface ResourceInformerOptions<T extends KubeObject> {
  readonly api: ApiClient;
  readonly kind: KindInfo<T>;
  readonly selection: Selection;
  /** Of names that are given without one; empty for kinds that have none. */
  readonly namespace: string;
  readonly onStop: () => void;
}

export interface WaitOptions {
  readonly namespace?: string;
  /** Ends the waiting: `AbortSignal.timeout(60_000)`. */
  readonly signal?: AbortSignal;
}

/** Longer than two of the server's bookmarks, which come each minute. */
const maxSilenceMs = 150_000;

/**
 * A live copy of the objects of one kind: filled by a list, kept by a watch, until it is stopped. A watch that breaks is
 * taken up where it was; where that is too long ago all is listed again, and what was missed is told as changes. Objects
 * are frozen, and none is older than one that was given before.
 */
export class ResourceInformer<T extends KubeObject> {
  /** Resolves when the cache has been filled for the first time; rejects where the informer is stopped before that. */
  readonly synced: Promise<void>;
  readonly #informer: Informer<T>;
  readonly #namespace: string;
  readonly #errorHandlers = new Set<(error: StatusError) => void>();
  readonly #stopped = new AbortController();

  /** Starts at once. */
  constructor({ api, kind, selection, namespace, onStop }: ResourceInformerOptions<T>) {
    this.#namespace = namespace;
    this.#stopped.signal.addEventListener("abort", onStop, { once: true });
    this.#informer = new Informer<T>({
      api,
      kind,
      selection,
      maxSilenceMs,
      clock: systemClock,
      random: Math.random,
      log: quiet,
      onError: (error) => {
        for (const handler of this.#errorHandlers) handler(error);
      },
    });
    this.synced = Promise.race([this.#informer.synced, abortion(this.#stopped.signal)]);
    // Whoever waits is told; that nobody waits is no error.
    this.synced.catch(() => undefined);
    this.#informer.start();
  }

  /** True once the cache has been filled: only then does it say what is not there. */
  get isSynced(): boolean {
    return this.#informer.isSynced;
  }

  get(name: string, namespace = this.#namespace): T | undefined {
    return this.#informer.cache.get({ namespace, name });
  }

  /** All, or all of a namespace, in the order of their names: the same array until something in it changes. */
  list(namespace?: string): readonly T[] {
    return this.#informer.cache.list(namespace);
  }

  byUid(uid: string): T | undefined {
    return this.#informer.cache.byUid(uid);
  }

  /** Objects whose controller is the object with this uid. */
  ownedBy(uid: string): readonly T[] {
    return this.#informer.cache.ownedBy(uid);
  }

  withLabel(label: string, value: string, namespace?: string): readonly T[] {
    return this.#informer.cache.withLabel(label, value, namespace);
  }

  /** Adds handlers; returns what takes them away. */
  on(handlers: InformerHandlers<T>): () => void {
    const onError = (error: StatusError): void => guarded(() => handlers.error?.(error));
    this.#errorHandlers.add(onError);
    const unsubscribe = this.#informer.subscribe((before, after) => guarded(() => tell(handlers, before, after)));
    return () => {
      this.#errorHandlers.delete(onError);
      unsubscribe();
    };
  }

  /** Resolves with the object once it is there and `condition` holds of it. */
  waitFor(name: string, condition: (object: T) => boolean, options: WaitOptions = {}): Promise<T> {
    const look = (): T | undefined => {
      const object = this.get(name, options.namespace);
      return object !== undefined && condition(object) ? object : undefined;
    };
    return this.#until(look, options.signal);
  }

  /** Resolves once the object is not there, or is another one of the same name. */
  async waitForDeletion(object: T, options: Pick<WaitOptions, "signal"> = {}): Promise<void> {
    await this.synced;
    const { uid = "" } = object.metadata;
    await this.#until(() => (this.byUid(uid) === undefined ? true : undefined), options.signal);
  }

  /** Ends the watch; the cache stays as it is. */
  async stop(): Promise<void> {
    this.#stopped.abort(new StatusError("ServiceUnavailable", "the informer was stopped"));
    await this.#informer.stop();
  }

  /** Looks now and after each change, until there is something to see. */
  #until<R>(look: () => R | undefined, signal?: AbortSignal): Promise<R> {
    const ended = signal === undefined ? this.#stopped.signal : AbortSignal.any([signal, this.#stopped.signal]);
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void): void => {
        unsubscribe();
        ended.removeEventListener("abort", onAbort);
        settle();
      };
      const check = (): void => {
        try {
          const found = look();
          if (found !== undefined) finish(() => resolve(found));
        } catch (error) {
          finish(() => reject(error));
        }
      };
      const onAbort = (): void => finish(() => reject(ended.reason));
      let unsubscribe = (): void => {};
      if (ended.aborted) return onAbort();
      ended.addEventListener("abort", onAbort);
      unsubscribe = this.#informer.subscribe(check);
      check();
    });
  }
}

function tell<T extends KubeObject>(handlers: InformerHandlers<T>, before: T | undefined, after: T | undefined): void {
  if (after === undefined) {
    if (before !== undefined) handlers.delete?.(before);
  } else if (before === undefined) handlers.add?.(after);
  else handlers.update?.(after, before);
}

/** A handler that throws must not keep the change from others, and must not go unnoticed. */
function guarded(call: () => void): void {
  try {
    call();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

function abortion(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));
}
