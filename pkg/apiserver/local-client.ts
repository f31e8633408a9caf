import type { KindInfo, KubeObject, ObjectKey } from "../api/index.ts";
import type { Identity } from "../auth/index.ts";
import type {
  ApiClient,
  CallOptions,
  DeleteOptions,
  ListOptions,
  ObjectList,
  Patch,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from "../client/index.ts";
import type { ApiObject, Backend, WriteContext } from "./backend.ts";
import { createObject } from "./create.ts";
import { deleteObject } from "./delete.ts";
import { EventQueue } from "./event-queue.ts";
import { listObjects } from "./list.ts";
import { actionOf, type ObjectActions } from "./object-actions.ts";
import { getObject } from "./objects.ts";
import { patchObject } from "./patch.ts";
import { patchScale, updateScale } from "./scale.ts";
import { makeSelection } from "./selection.ts";
import { updateObject } from "./update.ts";
import { type ObjectEvent, watchObjects } from "./watch.ts";

/** Changes that a reader in this process may lag behind before it must list again. */
const maxBufferedEvents = 100_000;

/**
 * The API without HTTP, for the controllers in the server's process: the same verbs on the same rules, and objects
 * that are shared instead of copied. Authorization is the caller's: who has this client may do everything.
 */
export class LocalClient implements ApiClient {
  readonly #backend: Backend;
  readonly #identity: Identity;
  readonly #actions: ObjectActions;

  constructor(backend: Backend, identity: Identity, actions: ObjectActions) {
    this.#backend = backend;
    this.#identity = identity;
    this.#actions = actions;
  }

  async get<T extends KubeObject>(kind: KindInfo<T>, key: ObjectKey, options: CallOptions = {}): Promise<T> {
    options.signal?.throwIfAborted();
    return typed(getObject(this.#backend, kind, key));
  }

  async list<T extends KubeObject>(kind: KindInfo<T>, options: ListOptions = {}): Promise<ObjectList<T>> {
    options.signal?.throwIfAborted();
    const page = listObjects(this.#backend, makeSelection(kind, options), options);
    return {
      metadata: {
        resourceVersion: String(page.revision),
        ...(page.continue !== undefined && { continue: page.continue }),
        ...(page.remainingItemCount !== undefined && { remainingItemCount: page.remainingItemCount }),
      },
      items: page.items.map(({ object }) => typed<T>(object)),
    };
  }

  async create<T extends KubeObject>(kind: KindInfo<T>, object: KubeObject, options: WriteOptions = {}): Promise<T> {
    options.signal?.throwIfAborted();
    return typed((await createObject(this.#backend, kind, undefined, object, this.#context(options))).object);
  }

  async update<T extends KubeObject>(kind: KindInfo<T>, object: KubeObject, options: WriteOptions = {}): Promise<T> {
    options.signal?.throwIfAborted();
    const key = { namespace: object.metadata.namespace ?? "", name: object.metadata.name ?? "" };
    const context = this.#context(options);
    if (options.subresource === "scale") return typed(await updateScale(this.#backend, kind, key, object, context));
    const target = { kind, key, subresource: options.subresource ?? "" } as const;
    return typed((await updateObject(this.#backend, target, object, context)).object);
  }

  async patch<T extends KubeObject>(
    kind: KindInfo<T>,
    key: ObjectKey,
    patch: Patch,
    options: WriteOptions = {},
  ): Promise<T> {
    options.signal?.throwIfAborted();
    const context = this.#context(options);
    if (options.subresource === "scale") return typed(await patchScale(this.#backend, kind, key, patch, context));
    const request = {
      kind,
      key,
      subresource: options.subresource ?? "",
      type: patch.type,
      body: patch.body,
      force: patch.type === "apply" ? (options.force ?? false) : undefined,
    } as const;
    const { state } = await patchObject(this.#backend, request, context);
    return typed(state.object);
  }

  async delete<T extends KubeObject>(
    kind: KindInfo<T>,
    key: ObjectKey,
    options: DeleteOptions = {},
  ): Promise<T | undefined> {
    options.signal?.throwIfAborted();
    const { state, gone } = await deleteObject(this.#backend, kind, key, options, this.#context(options));
    return gone ? undefined : typed(state.object);
  }

  async *watch<T extends KubeObject>(kind: KindInfo<T>, options: WatchOptions): AsyncGenerator<WatchEvent<T>, void> {
    const { signal } = options;
    if (signal?.aborted) return;
    const queue = new EventQueue<ObjectEvent>(maxBufferedEvents);
    const request = {
      resourceVersion: options.resourceVersion,
      ...(options.sendInitialEvents !== undefined && {
        sendInitialEvents: options.sendInitialEvents,
        resourceVersionMatch: "NotOlderThan",
      }),
    };
    const watch = watchObjects(this.#backend, makeSelection(kind, options), request, {
      onEvents: (events) => queue.push(events),
      onEnd: () => queue.close(),
    });
    const stop = (): void => queue.close();
    signal?.addEventListener("abort", stop, { once: true });
    try {
      for await (const event of queue.read()) {
        if (signal?.aborted) return;
        yield typedEvent<T>(event);
      }
    } finally {
      signal?.removeEventListener("abort", stop);
      watch.close();
    }
  }

  async post(
    kind: KindInfo,
    key: ObjectKey,
    subresource: string,
    body: unknown,
    options: CallOptions = {},
  ): Promise<unknown> {
    options.signal?.throwIfAborted();
    return actionOf(this.#actions, kind, subresource)({ key, body, identity: this.#identity, dryRun: false });
  }

  #context(options: WriteOptions & DeleteOptions): WriteContext {
    return {
      identity: this.#identity,
      fieldManager: options.fieldManager ?? "plush",
      dryRun: options.dryRun ?? false,
      // A field that the schema does not have is a fault of this program: it must not go unseen.
      fieldValidation: options.fieldValidation ?? "Strict",
      warn: options.onWarning ?? (() => {}),
    };
  }
}

/** What was read from the store has been decoded as this kind when it was written. */
function typed<T extends KubeObject>(object: ApiObject): T {
  return object as unknown as T;
}

function typedEvent<T extends KubeObject>({ type, state }: ObjectEvent): WatchEvent<T> {
  return { type, object: typed<T>(state.object) };
}
