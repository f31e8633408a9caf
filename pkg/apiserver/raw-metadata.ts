import { isObject, type JsonObject } from "../merge/index.ts";

/** A value's metadata where it has any; for looking at bodies before they are decoded. */
export function rawMetadata(body: JsonObject): JsonObject {
  const metadata = body["metadata"];
  return isObject(metadata) ? metadata : {};
}
