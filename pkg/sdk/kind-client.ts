import { apiVersionOf, type KindInfo, type KubeObject, type ObjectKey } from "../api/index.ts";
import {
  type CallOptions,
  type CommandOptions,
  type CommandStream,
  type DeleteOptions,
  type ListOptions,
  type ObjectList,
  objectPath,
  openCommand,
  type Patch,
  type WatchEvent,
  type WatchOptions,
  type WriteOptions,
} from "../client/portable.ts";
import type { Answer } from "./answer.ts";
import type { Connection, InformerOptions } from "./connection.ts";
import type { Manifest } from "./manifest.ts";
import { type RawRequest, rawRequest } from "./raw-request.ts";
import type { ResourceInformer } from "./resource-informer.ts";

/** Where an object is; default: the client's namespace. */
export interface Located {
  readonly namespace?: string;
}

/** The objects of one kind. All reject with StatusError; objects are frozen. */
export class KindClient<T extends KubeObject> {
  readonly kind: KindInfo<T>;
  readonly #connection: Connection;

  constructor(kind: KindInfo<T>, connection: Connection) {
    this.kind = kind;
    this.#connection = connection;
  }

  get(name: string, options: CallOptions & Located = {}): Promise<T> {
    return this.#connection.api.get(this.kind, this.#key(name, options), options);
  }

  /** Without a namespace: of all. Without a limit: whole, however long. */
  list(options: ListOptions = {}): Promise<ObjectList<T>> {
    return this.#connection.api.list(this.kind, options);
  }

  create(object: Manifest<T>, options: WriteOptions = {}): Promise<T> {
    return this.#connection.api.create(this.kind, this.#complete(object), this.#managed(options));
  }

  /** Server-side apply: what this manager gave before and leaves out now goes; what others own is a Conflict without `force`. */
  apply(object: Manifest<T>, options: WriteOptions = {}): Promise<T> {
    const body = this.#complete(object);
    const key = this.#key(body.metadata.name ?? "", body.metadata);
    return this.#connection.api.patch(this.kind, key, { type: "apply", body }, this.#managed(options));
  }

  patch(name: string, patch: Patch, options: WriteOptions & Located = {}): Promise<T> {
    return this.#connection.api.patch(this.kind, this.#key(name, options), patch, this.#managed(options));
  }

  /** Replaces the object; a resourceVersion in it must be the newest, or it is a Conflict. */
  update(object: Manifest<T>, options: WriteOptions = {}): Promise<T> {
    return this.#connection.api.update(this.kind, this.#complete(object), this.#managed(options));
  }

  /** Resolves with undefined where it is gone at once, else with the object, which goes when its finalizers are done. */
  delete(name: string, options: DeleteOptions & Located = {}): Promise<T | undefined> {
    return this.#connection.api.delete(this.kind, this.#key(name, options), options);
  }

  /** Deletes all that is selected in a namespace. */
  deleteCollection(
    options: DeleteOptions & Pick<ListOptions, "namespace" | "labelSelector" | "fieldSelector"> = {},
  ): Promise<void> {
    const namespace = options.namespace ?? this.#connection.namespace;
    return this.#connection.api.deleteCollection(this.kind, { ...options, ...(this.kind.namespaced && { namespace }) });
  }

  /**
   * Changes from `resourceVersion` on, or, without one, first all that is there. Ends when the server ends it; an informer
   * goes on.
   */
  watch(options: WatchOptions = {}): AsyncIterable<WatchEvent<T>> {
    return this.#connection.api.watch(this.kind, options);
  }

  /** A live copy of these objects. */
  informer(options: InformerOptions<T> = {}): ResourceInformer<T> {
    return this.#connection.informer(this.kind, options);
  }

  /** Runs a command where an object is: beside a process, in a claim, on a resource. */
  exec(name: string, request: CommandOptions & Located): Promise<CommandStream> {
    const path = objectPath(this.kind, this.#key(name, request), "exec");
    return openCommand(this.#connection.transport, { ...request, path });
  }

  /** What a process prints from now on, as if it were a command; it has no input, and ends with the process. */
  attach(name: string, request: CallOptions & Located = {}): Promise<CommandStream> {
    const path = objectPath(this.kind, this.#key(name, request), "attach");
    return openCommand(this.#connection.transport, { path, ...(request.signal && { signal: request.signal }) });
  }

  /** What else an object has to offer: `subresource("web-0", "log", { query: { follow: true } })`. */
  subresource(name: string, subresource: string, request: RawRequest & Located = {}): Promise<Answer> {
    const path = objectPath(this.kind, this.#key(name, request), subresource);
    return rawRequest(this.#connection.transport, path, request);
  }

  #key(name: string, { namespace = this.#connection.namespace }: Located): ObjectKey {
    return { namespace: this.kind.namespaced ? namespace : "", name };
  }

  #complete(object: Manifest<T>): KubeObject {
    const { kind } = this;
    const { namespace } = this.#connection;
    return {
      ...object,
      apiVersion: apiVersionOf(kind),
      kind: kind.kind,
      metadata: { ...(kind.namespaced && { namespace }), ...object.metadata },
    };
  }

  #managed(options: WriteOptions): WriteOptions {
    return { fieldManager: this.#connection.fieldManager, ...options };
  }
}
