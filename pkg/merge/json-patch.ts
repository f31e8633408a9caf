import { StatusError } from "../status/index.ts";
import { equalJson, isObject, type JsonObject } from "./json.ts";
import { JsonDraft, NotThere } from "./json-draft.ts";

/** As in Kubernetes: more operations than anybody writes. */
const maxOperations = 10_000;
/** Values that the copies of one patch may make together: each copy may be copied again. */
const maxCopied = 250_000;

/**
 * RFC 6902 on a JSON document; never changes its input. Throws Invalid where a path does not exist or a `test` fails,
 * BadRequest where an operation cannot be read, RequestEntityTooLarge where there are too many.
 */
export function applyJsonPatch(document: unknown, operations: unknown): unknown {
  if (!Array.isArray(operations)) throw new StatusError("BadRequest", "a JSON patch must be a list of operations");
  if (operations.length > maxOperations)
    throw new StatusError(
      "RequestEntityTooLarge",
      `The allowed maximum operations in a JSON patch is ${maxOperations}, got ${operations.length}`,
    );
  const draft = new JsonDraft(document, maxCopied);
  for (const [index, operation] of operations.entries()) {
    if (!isObject(operation)) throw new StatusError("BadRequest", `JSON patch operation ${index} is not an object`);
    try {
      applyOperation(draft, operation);
    } catch (error) {
      throw explained(error, index);
    }
  }
  return draft.value;
}

function explained(error: unknown, index: number): unknown {
  if (!(error instanceof StatusError) && !(error instanceof NotThere)) return error;
  return new StatusError(
    error instanceof StatusError ? error.reason : "Invalid",
    `the server rejected our request due to an error in our request: JSON patch operation ${index}: ${error.message}`,
  );
}

function applyOperation(draft: JsonDraft, operation: JsonObject): void {
  const path = readPointer(operation["path"], "path");
  switch (operation["op"]) {
    case "add":
      draft.add(path, required(operation));
      break;
    case "replace":
      draft.replace(path, required(operation));
      break;
    case "remove":
      draft.remove(path);
      break;
    case "move":
      move(draft, readPointer(operation["from"], "from"), path);
      break;
    case "copy":
      draft.add(path, draft.copyOf(readPointer(operation["from"], "from")));
      break;
    case "test":
      if (!equalJson(draft.read(path), required(operation))) throw new NotThere(`test failed at ${show(path)}`);
      break;
    default:
      throw new StatusError("BadRequest", `unknown operation ${JSON.stringify(operation["op"])}`);
  }
}

function move(draft: JsonDraft, from: readonly string[], path: readonly string[]): void {
  if (from.length < path.length && from.every((token, index) => token === path[index]))
    throw new NotThere(`cannot move ${show(from)} into itself`);
  const value = draft.read(from);
  draft.remove(from);
  draft.add(path, value);
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

/** Tokens as a JSON pointer. */
function show(path: readonly string[]): string {
  return path.map((token) => `/${token.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("") || '""';
}
