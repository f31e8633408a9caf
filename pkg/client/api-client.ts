import type { KindInfo, KubeObject, ObjectKey } from "../api/index.ts";

/**
 * The verbs of the API, the same whether the server is in this process or behind HTTPS. All reject with StatusError.
 * Objects that come back are frozen.
 */
export interface ApiClient {
  get<T extends KubeObject>(kind: KindInfo<T>, key: ObjectKey, options?: CallOptions): Promise<T>;
  list<T extends KubeObject>(kind: KindInfo<T>, options?: ListOptions): Promise<ObjectList<T>>;
  create<T extends KubeObject>(kind: KindInfo<T>, object: KubeObject, options?: WriteOptions): Promise<T>;
  /** PUT: the object's resourceVersion, where it has one, is a precondition. */
  update<T extends KubeObject>(kind: KindInfo<T>, object: KubeObject, options?: WriteOptions): Promise<T>;
  patch<T extends KubeObject>(kind: KindInfo<T>, key: ObjectKey, patch: Patch, options?: WriteOptions): Promise<T>;
  /** Undefined where the object is gone at once; else the object with its deletionTimestamp. */
  delete<T extends KubeObject>(kind: KindInfo<T>, key: ObjectKey, options?: DeleteOptions): Promise<T | undefined>;
  /** Ends when the signal is aborted or the server ends it; throws Expired where `resourceVersion` is too old. */
  watch<T extends KubeObject>(kind: KindInfo<T>, options: WatchOptions): AsyncIterable<WatchEvent<T>>;
  /** POST to a subresource: claims/NAME/binding, processes/NAME/restart … */
  post(kind: KindInfo, key: ObjectKey, subresource: string, body: unknown, options?: CallOptions): Promise<unknown>;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}

export interface ListOptions extends CallOptions {
  /** Absent: all namespaces. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly limit?: number;
  readonly continue?: string;
  readonly resourceVersion?: string;
  /** With a resourceVersion: "Exact" lists what was there then, throws Expired where that is forgotten. */
  readonly resourceVersionMatch?: "Exact" | "NotOlderThan";
}

export interface WatchOptions extends ListOptions {
  /** Aborts the watch. */
  readonly signal?: AbortSignal;
  /** First ADDED for all that is there, then a BOOKMARK with annotation k8s.io/initial-events-end. */
  readonly sendInitialEvents?: boolean;
  /** Seconds after which the server ends it, with a bookmark; absent: as it likes. */
  readonly timeoutSeconds?: number;
}

export interface WriteOptions extends CallOptions {
  readonly subresource?: "status" | "scale";
  readonly dryRun?: boolean;
  readonly fieldManager?: string;
  readonly force?: boolean;
  readonly fieldValidation?: "Strict" | "Warn" | "Ignore";
  /** Receives each Warning header of the answer. */
  readonly onWarning?: (text: string) => void;
}

export interface DeleteOptions extends CallOptions {
  readonly propagationPolicy?: "Foreground" | "Background" | "Orphan";
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly gracePeriodSeconds?: number;
  readonly dryRun?: boolean;
}

export type Patch =
  | { readonly type: "json"; readonly body: readonly JsonPatchOperation[] }
  | { readonly type: "merge"; readonly body: Readonly<Record<string, unknown>> }
  | { readonly type: "apply"; readonly body: KubeObject };

export interface JsonPatchOperation {
  readonly op: "add" | "remove" | "replace" | "move" | "copy" | "test";
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}

export interface ObjectList<T extends KubeObject> {
  readonly metadata: {
    readonly resourceVersion: string;
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
  readonly items: readonly T[];
}

export type WatchEvent<T extends KubeObject> =
  | { readonly type: "ADDED" | "MODIFIED" | "DELETED"; readonly object: T }
  | { readonly type: "BOOKMARK"; readonly object: KubeObject };
