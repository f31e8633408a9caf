import { isObject, type JsonObject } from "../merge/index.ts";

/** A value's metadata where it has any; for looking at bodies before they are decoded. */
export function rawMetadata(body: JsonObject): JsonObject {
  const metadata = body["metadata"];
  return isObject(metadata) ? metadata : {};
}

const mayBeEmptied = ["labels", "annotations", "ownerReferences", "finalizers"] as const;

/** Metadata as Kubernetes writes it: maps and lists without anything in them are not there. */
export function withoutEmptied(metadata: JsonObject): JsonObject {
  const emptied = mayBeEmptied.filter((name) => isEmpty(metadata[name]));
  if (emptied.length === 0) return metadata;
  return Object.fromEntries(Object.entries(metadata).filter(([name]) => !emptied.some((other) => other === name)));
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}
