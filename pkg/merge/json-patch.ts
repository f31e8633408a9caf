import { StatusError } from "../status/index.ts";
import { equalJson, isObject, type JsonObject } from "./json.ts";

type Edit = (parent: readonly unknown[] | JsonObject, last: string) => unknown;

/**
 * RFC 6902 on a JSON document; never changes its input. Throws Invalid where a path does not exist or a `test` fails,
 * BadRequest where an operation cannot be read.
 */
export function applyJsonPatch(document: unknown, operations: unknown): unknown {
  if (!Array.isArray(operations)) throw new StatusError("BadRequest", "a JSON patch must be a list of operations");
  return operations.reduce((current: unknown, operation: unknown, index) => {
    if (!isObject(operation)) throw new StatusError("BadRequest", `JSON patch operation ${index} is not an object`);
    try {
      return applyOperation(current, operation);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      throw new StatusError(
        error instanceof StatusError ? error.reason : "Invalid",
        `the server rejected our request due to an error in our request: JSON patch operation ${index}: ${text}`,
      );
    }
  }, document);
}

function applyOperation(document: unknown, operation: JsonObject): unknown {
  const path = readPointer(operation["path"], "path");
  switch (operation["op"]) {
    case "add":
      return add(document, path, required(operation));
    case "replace":
      read(document, path);
      return replace(document, path, required(operation));
    case "remove":
      return remove(document, path);
    case "move": {
      const from = readPointer(operation["from"], "from");
      if (from.length < path.length && from.every((token, index) => token === path[index]))
        throw new Error(`cannot move ${show(from)} into itself`);
      return add(remove(document, from), path, read(document, from));
    }
    case "copy":
      return add(document, path, read(document, readPointer(operation["from"], "from")));
    case "test":
      if (!equalJson(read(document, path), required(operation))) throw new Error(`test failed at ${show(path)}`);
      return document;
    default:
      throw new StatusError("BadRequest", `unknown operation ${JSON.stringify(operation["op"])}`);
  }
}

function required(operation: JsonObject): unknown {
  if (operation["value"] === undefined) throw new StatusError("BadRequest", "value is missing");
  return operation["value"];
}

function readPointer(value: unknown, field: string): readonly string[] {
  if (typeof value !== "string" || (value !== "" && !value.startsWith("/")))
    throw new StatusError("BadRequest", `${field} must be a JSON pointer, not ${JSON.stringify(value)}`);
  const tokens = value
    .split("/")
    .slice(1)
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
  // It would not name a field but the prototype of the object.
  if (tokens.includes("__proto__")) throw new StatusError("BadRequest", `${field} must not contain __proto__`);
  return tokens;
}

function show(path: readonly string[]): string {
  return path.map((token) => `/${token.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("") || '""';
}

function read(document: unknown, path: readonly string[]): unknown {
  let value = document;
  for (const [depth, token] of path.entries()) {
    const next = Array.isArray(value)
      ? value[indexIn(value, token, value.length - 1)]
      : isObject(value) && Object.hasOwn(value, token)
        ? value[token]
        : undefined;
    if (next === undefined) throw new Error(`${show(path.slice(0, depth + 1))} does not exist`);
    value = next;
  }
  return value;
}

function indexIn(list: readonly unknown[], token: string, highest: number): number {
  if (!/^(0|[1-9]\d*)$/.test(token) || Number(token) > highest)
    throw new Error(`${JSON.stringify(token)} is not an index of a list of ${list.length}`);
  return Number(token);
}

function add(document: unknown, path: readonly string[], value: unknown): unknown {
  if (path.length === 0) return value;
  return editAt(document, path, (parent, last) =>
    isList(parent)
      ? parent.toSpliced(last === "-" ? parent.length : indexIn(parent, last, parent.length), 0, value)
      : { ...parent, [last]: value },
  );
}

function replace(document: unknown, path: readonly string[], value: unknown): unknown {
  if (path.length === 0) return value;
  return editAt(document, path, (parent, last) =>
    isList(parent) ? parent.with(Number(last), value) : { ...parent, [last]: value },
  );
}

function remove(document: unknown, path: readonly string[]): unknown {
  read(document, path);
  if (path.length === 0) return null;
  return editAt(document, path, (parent, last) => {
    if (isList(parent)) return parent.toSpliced(Number(last), 1);
    const { [last]: _removed, ...rest } = parent;
    return rest;
  });
}

/** Copies the way down to the parent of `path` and puts there what `edit` makes of it. */
function editAt(document: unknown, path: readonly string[], edit: Edit): unknown {
  const [head = "", ...rest] = path;
  if (!isList(document) && !isObject(document)) throw new Error(`/${head} does not exist`);
  if (rest.length === 0) return edit(document, head);
  const child = editAt(read(document, [head]), rest, edit);
  return isList(document) ? document.with(Number(head), child) : { ...document, [head]: child };
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
