import type { ObjectKey } from "../api/index.ts";
import type { JsonObject } from "../merge/index.ts";
import { badRequest } from "./errors.ts";

/** Throws BadRequest where a body names another object than the address does. */
export function checkIdentity(key: ObjectKey, metadata: JsonObject): void {
  const { name, namespace } = metadata;
  if (typeof name === "string" && name !== "" && name !== key.name)
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${key.name})`);
  if (typeof namespace === "string" && namespace !== "" && namespace !== key.namespace)
    throw badRequest("the namespace of the object does not match the namespace on the URL");
}
