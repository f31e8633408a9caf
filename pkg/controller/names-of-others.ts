import { isControlledBy, type KubeObject } from "../api/index.ts";
import type { Cache } from "../informer/index.ts";

/** Names, to be asked one by one. */
export interface Names {
  has(name: string): boolean;
}

/** Names that a controller cannot give to a child of its object, because somebody else made an object of that name. */
export function namesOfOthers(cache: Cache<KubeObject>, { metadata }: KubeObject): Names {
  const { namespace = "", uid = "" } = metadata;
  return {
    has: (name) => {
      const object = cache.get({ namespace, name });
      return object !== undefined && !isControlledBy(object, uid);
    },
  };
}
