import type { KindInfo, KubeObject, ObjectKey } from "../api/index.ts";
import type { ApiClient, CallOptions, DeleteOptions, Patch, WriteOptions } from "../client/index.ts";

/** Who is told of the answers to this process's own writes, before the writer goes on. */
export interface WriteObserver {
  observeWrite(kind: KindInfo, object: KubeObject): void;
  observeDelete(kind: KindInfo, key: ObjectKey, uid: string | undefined): void;
}

/** An ApiClient whose writes are seen by the caches at once, so that a controller never acts on less than it did. */
export function observingClient(api: ApiClient, observer: WriteObserver): ApiClient {
  const written = <T extends KubeObject>(kind: KindInfo<T>, object: T, options: WriteOptions | undefined): T => {
    if (options?.dryRun !== true) observer.observeWrite(kind, object);
    return object;
  };
  return {
    get: (kind, key, options) => api.get(kind, key, options),
    list: (kind, options) => api.list(kind, options),
    watch: (kind, options) => api.watch(kind, options),
    create: async (kind, object, options) => written(kind, await api.create(kind, object, options), options),
    update: async (kind, object, options) => {
      const answer = await api.update(kind, object, options);
      // The answer to scale is a Scale, not the object.
      return options?.subresource === "scale" ? answer : written(kind, answer, options);
    },
    patch: async <T extends KubeObject>(kind: KindInfo<T>, key: ObjectKey, patch: Patch, options?: WriteOptions) => {
      const answer = await api.patch(kind, key, patch, options);
      return options?.subresource === "scale" ? answer : written(kind, answer, options);
    },
    delete: async <T extends KubeObject>(kind: KindInfo<T>, key: ObjectKey, options?: DeleteOptions) => {
      const left = await api.delete(kind, key, options);
      if (left !== undefined) return written(kind, left, options);
      if (options?.dryRun !== true) observer.observeDelete(kind, key, options?.preconditions?.uid);
      return undefined;
    },
    post: async (kind: KindInfo, key: ObjectKey, subresource: string, body: unknown, options?: CallOptions) => {
      const answer = await api.post(kind, key, subresource, body, options);
      if (isObjectOf(kind, answer)) observer.observeWrite(kind, answer);
      return answer;
    },
  };
}

/** A subresource may answer with the object itself (binding), or with something else. */
function isObjectOf(kind: KindInfo, answer: unknown): answer is KubeObject {
  if (typeof answer !== "object" || answer === null) return false;
  const { kind: name, metadata } = answer as { kind?: unknown; metadata?: { resourceVersion?: unknown } };
  return name === kind.kind && typeof metadata?.resourceVersion === "string";
}
