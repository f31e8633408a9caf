import { isAscii } from "node:buffer";
import { parse as parseYaml } from "yaml";
import { StatusError } from "../../status/index.ts";
import { badRequest } from "../errors.ts";
import type { PatchType } from "../patch.ts";
import { parseMediaTypes } from "./negotiate.ts";
import { decodeProtobuf, protobufType } from "./protobuf.ts";

/** Larger bodies are refused with 413. */
export const maxBodyBytes = 3 * 1024 * 1024;
/** Deeper nesting is no manifest of ours, and would cost a stack frame a level everywhere. */
const maxDepth = 64;
/** Members of all objects and lists together; a body of 3 MiB could hold half a million empty ones. */
const maxNodes = 250_000;
/** Aliases of a YAML document may be followed so often: enough for people, too few for a bomb. */
const maxAliases = 100;

const patchTypes: Readonly<Record<string, PatchType>> = {
  "application/json-patch+json": "json",
  "application/merge-patch+json": "merge",
  "application/strategic-merge-patch+json": "strategic",
  "application/apply-patch+yaml": "apply",
};

/** Reads a body by its Content-Type; JSON where there is none. Undefined where the body is empty. */
export function readBody(bytes: Uint8Array | undefined, contentType: string | undefined): unknown {
  if (bytes === undefined || bytes.length === 0) return undefined;
  const type = parseMediaTypes(contentType ?? "")[0]?.type ?? "application/json";
  const value = parse(bytes, type);
  checkShape(value);
  return value;
}

/** Which kind of patch a Content-Type announces. Throws UnsupportedMediaType where it is none. */
export function patchTypeOf(contentType: string | undefined): PatchType {
  const type = parseMediaTypes(contentType ?? "")[0]?.type ?? "";
  const patch = patchTypes[type];
  if (patch !== undefined) return patch;
  const accepted = Object.keys(patchTypes).join(", ");
  throw new StatusError(
    "UnsupportedMediaType",
    `the body of the request was in an unknown format - accepted media types include: ${accepted}`,
  );
}

function parse(bytes: Uint8Array, type: string): unknown {
  switch (type) {
    case protobufType:
      return decodeProtobuf(bytes);
    case "application/yaml":
    case "application/x-yaml":
    case "text/yaml":
    case "application/apply-patch+yaml":
      return parseText(bytes, readYaml);
    case "application/json":
    case "text/plain":
    case "application/json-patch+json":
    case "application/merge-patch+json":
    case "application/strategic-merge-patch+json":
      return parseText(bytes, (text) => JSON.parse(text) as unknown);
    default:
      throw new StatusError(
        "UnsupportedMediaType",
        `the body of the request was in an unknown format (${type}) - accepted media types include: application/json, application/yaml, ${protobufType}`,
      );
  }
}

function readYaml(text: string): unknown {
  // kubectl sends JSON under the name of YAML; reading it as such is many times faster.
  if (text.startsWith("{")) {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      // YAML may begin with a brace too.
    }
  }
  return parseYaml(text, { maxAliasCount: maxAliases, merge: false }) as unknown;
}

const decoder = new TextDecoder("utf-8", { fatal: true });

function parseText(bytes: Uint8Array, read: (text: string) => unknown): unknown {
  try {
    return read(isAscii(bytes) ? asciiText(bytes) : decoder.decode(bytes));
  } catch (error) {
    throw badRequest(`the body cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Many times faster than a decoder, and most bodies are. */
function asciiText({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("latin1");
}

/** Throws BadRequest where a value is nested too deep, has too many members, or a key that is a trap for programs. */
function checkShape(root: unknown): void {
  let nodes = 0;
  const check = (value: unknown, depth: number): void => {
    if (typeof value !== "object" || value === null) return;
    if (depth > maxDepth) throw badRequest(`the body is nested deeper than ${maxDepth} levels`);
    const members = Array.isArray(value) ? value : Object.values(value);
    nodes += members.length;
    if (nodes > maxNodes) throw badRequest(`the body has more than ${maxNodes} values`);
    if (Object.hasOwn(value, "__proto__")) throw badRequest('"__proto__" is not a field');
    for (const member of members) check(member, depth + 1);
  };
  check(root, 0);
}
