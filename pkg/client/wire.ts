import { apiVersionOf, type KindInfo, type KubeObject } from "../api/index.ts";
import { StatusError } from "../status/index.ts";
import type { ObjectList, WatchEvent } from "./api-client.ts";

/**
 * The border of the typed client. Objects have been validated and defaulted by the server that sends them, so that only
 * their envelope is checked here; a program that talks to a server needs no validators.
 */
export function decodeObject<T extends KubeObject>(value: unknown): T {
  if (!isObject(value)) throw notAnObject(value);
  return deepFreeze(value) as T;
}

export function decodeList<T extends KubeObject>(kind: KindInfo<T>, value: unknown): ObjectList<T> {
  if (!isRecord(value) || !isRecord(value["metadata"]) || !Array.isArray(value["items"])) throw notAnObject(value);
  const { resourceVersion, remainingItemCount } = value["metadata"];
  const next = value["metadata"]["continue"];
  return {
    metadata: {
      resourceVersion: String(resourceVersion ?? ""),
      ...(typeof next === "string" && next !== "" && { continue: next }),
      ...(typeof remainingItemCount === "number" && { remainingItemCount }),
    },
    // Items of a list may leave out what the list's own kind says.
    items: value["items"].map((item: unknown) =>
      decodeObject<T>(isRecord(item) ? { apiVersion: apiVersionOf(kind), kind: kind.kind, ...item } : item),
    ),
  };
}

/** Throws the StatusError of an ERROR event. */
export function decodeWatchEvent<T extends KubeObject>(line: string): WatchEvent<T> {
  const event: unknown = JSON.parse(line);
  if (!isRecord(event)) throw notAnObject(event);
  const { type, object } = event;
  if (type === "ERROR") throw StatusError.fromBody(codeOf(object), object);
  if (type === "BOOKMARK") return { type, object: decodeObject(object) };
  if (type === "ADDED" || type === "MODIFIED" || type === "DELETED") return { type, object: decodeObject<T>(object) };
  throw new StatusError("InternalError", `the server sent a watch event of unknown type ${JSON.stringify(type)}`);
}

function codeOf(status: unknown): number {
  return isRecord(status) && typeof status["code"] === "number" ? status["code"] : 500;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isObject(value: unknown): value is KubeObject {
  return (
    isRecord(value) &&
    typeof value["apiVersion"] === "string" &&
    typeof value["kind"] === "string" &&
    isRecord(value["metadata"])
  );
}

function notAnObject(value: unknown): StatusError {
  return new StatusError(
    "InternalError",
    `the server's answer is not an object: ${JSON.stringify(value)?.slice(0, 100)}`,
  );
}

function deepFreeze(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  // Frozen arrays are slow to search: their types keep them.
  if (!Array.isArray(value)) Object.freeze(value);
  for (const member of Object.values(value)) deepFreeze(member);
  return value;
}
