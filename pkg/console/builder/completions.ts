import { fields, list, text as textOf } from "../../merge/index.ts";
import { contextAt } from "./context-at.ts";
import type { Range } from "./document.ts";
import type { Schemas } from "./schemas.ts";

interface Completion {
  readonly label: string;
  /** What is written. */
  readonly apply: string;
  readonly help: string;
  readonly isRequired: boolean;
}

interface Completions {
  /** Where the word that is completed begins. */
  readonly from: number;
  readonly word: string;
  readonly options: readonly Completion[];
}

/** What may stand at a place of a text by the schemas; undefined where they say nothing. */
export function completionsAt(schemas: Schemas, text: string, offset: number): Completions | undefined {
  const context = contextAt(text, offset);
  if (context === undefined) return undefined;
  const { apiVersion, kind, path, isKey, from, word, siblings } = context;
  const options = isKey
    ? keys(schemas, apiVersion || versionOf(schemas, kind), kind, path, siblings)
    : values(schemas, apiVersion, kind, path);
  return options.length === 0 ? undefined : { from, word, options };
}

function versionOf(schemas: Schemas, kind: string): string {
  return schemas.kinds().find((one) => one.kind === kind)?.apiVersion ?? "";
}

function keys(
  schemas: Schemas,
  apiVersion: string,
  kind: string,
  path: readonly (string | number)[],
  siblings: readonly string[],
): readonly Completion[] {
  const schema = schemas.at(apiVersion, kind, path);
  if (schema === undefined)
    return path.length > 0 ? [] : ["apiVersion", "kind"].map((name) => keyOf(name, "", true, false));
  const required = list(schema["required"]);
  return Object.entries(fields(schema["properties"])).flatMap(([name, property]) => {
    if (siblings.includes(name) || (path.length === 0 && name === "status")) return [];
    const resolved = schemas.resolve(apiVersion, property);
    const isInner = resolved["properties"] !== undefined || resolved["type"] === "array";
    return [keyOf(name, textOf(resolved["description"]), required.includes(name), isInner)];
  });
}

function keyOf(name: string, help: string, isRequired: boolean, isInner: boolean): Completion {
  return { label: name, apply: `${name}:${isInner ? "" : " "}`, help, isRequired };
}

function values(
  schemas: Schemas,
  apiVersion: string,
  kind: string,
  path: readonly (string | number)[],
): readonly Completion[] {
  const value = (label: string, help = ""): Completion => ({ label, apply: label, help, isRequired: false });
  if (path.length === 1 && path[0] === "kind")
    return schemas
      .kinds()
      .filter((one) => apiVersion === "" || one.apiVersion === apiVersion)
      .map((one) => value(one.kind));
  if (path.length === 1 && path[0] === "apiVersion")
    return [...new Set(schemas.kinds().map((one) => one.apiVersion))].map((one) => value(one));
  const schema = schemas.at(apiVersion, kind, path) ?? {};
  if (schema["type"] === "boolean") return ["true", "false"].map((one) => value(one));
  return list(schema["enum"]).map((one) => value(textOf(one)));
}

/** What a key is for, and where it stands. */
export function helpAt(
  schemas: Schemas,
  text: string,
  offset: number,
): (Range & { readonly text: string }) | undefined {
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  const before = /[\w./-]*$/.exec(text.slice(lineStart, offset))?.[0].length ?? 0;
  const after = /^[\w./-]*/.exec(text.slice(offset))?.[0].length ?? 0;
  const [from, to] = [offset - before, offset + after];
  if (from === to || !/^["']?\s*:/.test(text.slice(to))) return undefined;
  const context = contextAt(text, to);
  if (context === undefined || !context.isKey) return undefined;
  const { apiVersion, kind, path, word } = context;
  const help = textOf(schemas.at(apiVersion, kind, [...path, word])?.["description"]);
  return help === "" ? undefined : { from, to, text: help };
}
