import { isAscii } from "node:buffer";
import { StatusError } from "../../status/index.ts";
import { badRequest } from "../errors.ts";
import { checkShape, wellFormed } from "../json-shape.ts";
import type { PatchType } from "../patch.ts";
import { findDuplicateKeys } from "./duplicate-keys.ts";
import { parseMediaTypes } from "./negotiate.ts";
import { decodeProtobuf, protobufType } from "./protobuf.ts";
import { readYaml } from "./yaml-body.ts";

/** Larger bodies are refused with 413. */
export const maxBodyBytes = 3 * 1024 * 1024;

/** What a body says. */
export interface ParsedBody {
  /** Undefined where there is no body. */
  readonly value: unknown;
  /** Paths of fields that it sets twice; found when asked for, because it means reading the text again. */
  readonly duplicates: () => readonly string[];
}

const patchTypes: ReadonlyMap<string, PatchType> = new Map([
  ["application/json-patch+json", "json"],
  ["application/merge-patch+json", "merge"],
  ["application/strategic-merge-patch+json", "strategic"],
  ["application/apply-patch+yaml", "apply"],
]);
const yamlTypes: ReadonlySet<string> = new Set([
  "application/yaml",
  "application/x-yaml",
  "text/yaml",
  "application/apply-patch+yaml",
]);
const jsonTypes: ReadonlySet<string> = new Set([
  "application/json",
  "text/plain",
  "application/json-patch+json",
  "application/merge-patch+json",
  "application/strategic-merge-patch+json",
]);

/** Reads a body by its Content-Type; JSON where there is none. Throws where it cannot be read, or holds a trap. */
export function parseBody(bytes: Uint8Array | undefined, contentType: string | undefined): ParsedBody {
  if (bytes === undefined || bytes.length === 0) return { value: undefined, duplicates: () => [] };
  const type = parseMediaTypes(contentType ?? "")[0]?.type ?? "application/json";
  if (type === protobufType) return { value: checked(decodeProtobuf(bytes), ""), duplicates: () => [] };
  const isYaml = yamlTypes.has(type);
  if (!isYaml && !jsonTypes.has(type))
    throw new StatusError(
      "UnsupportedMediaType",
      `the body of the request was in an unknown format (${type}) - accepted media types include: application/json, application/yaml, ${protobufType}`,
    );
  const text = decodeText(bytes);
  // kubectl sends JSON under the name of YAML; reading it as such is many times faster.
  const json = isYaml && !text.startsWith("{") ? undefined : parseJson(text, isYaml);
  if (json !== undefined) return { value: checked(json.value, text), duplicates: () => findDuplicateKeys(text) };
  const { value, duplicates } = readYaml(text);
  return { value: checked(value, text), duplicates };
}

/** Which kind of patch a Content-Type announces. Throws UnsupportedMediaType where it is none. */
export function patchTypeOf(contentType: string | undefined): PatchType {
  const patch = patchTypes.get(parseMediaTypes(contentType ?? "")[0]?.type ?? "");
  if (patch !== undefined) return patch;
  const accepted = [...patchTypes.keys()].join(", ");
  throw new StatusError(
    "UnsupportedMediaType",
    `the body of the request was in an unknown format - accepted media types include: ${accepted}`,
  );
}

function checked(value: unknown, text: string): unknown {
  checkShape(value);
  return wellFormed(value, text);
}

const decoder = new TextDecoder("utf-8", { fatal: true });

function decodeText(bytes: Uint8Array): string {
  if (isAscii(bytes)) return asciiText(bytes);
  try {
    return decoder.decode(bytes);
  } catch {
    throw badRequest("the body is not UTF-8");
  }
}

/** Many times faster than a decoder, and most bodies are. */
function asciiText({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("latin1");
}

/** Undefined where it is no JSON and may be something else. */
function parseJson(text: string, mayBeYaml: boolean): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    if (mayBeYaml) return undefined;
    throw badRequest(`couldn't get version/kind; json parse error: ${error instanceof Error ? error.message : error}`);
  }
}
