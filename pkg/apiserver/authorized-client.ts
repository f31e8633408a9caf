import type { KindInfo, KubeObject, ObjectKey } from "../api/index.ts";
import { type Authorizer, authorize, type Identity } from "../auth/index.ts";
import type { ApiClient } from "../client/index.ts";

/** The verbs in this process in the name of somebody who may not do everything: each is asked of authorization first. */
export function authorizedClient(client: ApiClient, authorizer: Authorizer, identity: Identity): ApiClient {
  const ask = (verb: string, kind: KindInfo, key: Partial<ObjectKey>, subresource?: string): void => {
    authorize(authorizer, identity, {
      kind: "resource",
      verb,
      group: kind.group,
      resource: kind.plural,
      ...(subresource !== undefined && subresource !== "" && { subresource }),
      ...(key.namespace && { namespace: key.namespace }),
      ...(key.name !== undefined && { name: key.name }),
    });
  };
  const placeOf = ({ metadata }: KubeObject): Partial<ObjectKey> => ({ namespace: metadata.namespace ?? "" });
  return {
    async get(kind, key, options) {
      ask("get", kind, key);
      return client.get(kind, key, options);
    },
    async list(kind, options = {}) {
      ask("list", kind, options);
      return client.list(kind, options);
    },
    watch(kind, options) {
      ask("watch", kind, options);
      return client.watch(kind, options);
    },
    async create(kind, object, options) {
      ask("create", kind, placeOf(object));
      return client.create(kind, object, options);
    },
    async update(kind, object, options) {
      ask("update", kind, { ...placeOf(object), name: object.metadata.name ?? "" }, options?.subresource);
      return client.update(kind, object, options);
    },
    async patch(kind, key, patch, options) {
      ask("patch", kind, key, options?.subresource);
      return client.patch(kind, key, patch, options);
    },
    async delete(kind, key, options) {
      ask("delete", kind, key);
      return client.delete(kind, key, options);
    },
    async post(kind, key, subresource, body, options) {
      ask("create", kind, key, subresource);
      return client.post(kind, key, subresource, body, options);
    },
  };
}
