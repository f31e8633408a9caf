import { type Document, isMap, isScalar, isSeq, parseDocument, type YAMLMap } from "yaml";
import { StatusError } from "../../status/index.ts";
import { badRequest } from "../errors.ts";
import { nestedTooDeep } from "../json-shape.ts";

/** Aliases of a YAML document may be followed so often: enough for people, too few for a bomb. */
const maxAliases = 100;
/** YAML is read some hundred times slower than JSON, and nobody else is served meanwhile. */
const maxYamlLength = 512 * 1024;
/** What YAML allows nowhere, not even in quotes. */
const controlCharacters = /[^\P{Cc}\t\n\r\u0085]/u;

export interface YamlBody {
  readonly value: unknown;
  /** Paths of keys that stand twice in one map; the last one counts. */
  readonly duplicates: () => readonly string[];
}

/** Reads one YAML document. Throws BadRequest where it is none, RequestEntityTooLarge where reading it would take long. */
export function readYaml(text: string): YamlBody {
  if (text.length > maxYamlLength)
    throw new StatusError(
      "RequestEntityTooLarge",
      `a body in YAML may have at most ${maxYamlLength} characters; send it as JSON`,
    );
  if (controlCharacters.test(text)) throw badRequest("yaml: control characters are not allowed");
  // Looking for duplicates is ours: the library compares each key of a map with each.
  const document = parseDocument(text, { merge: false, uniqueKeys: false, prettyErrors: false, logLevel: "error" });
  const [error] = document.errors;
  if (error !== undefined) throw unreadable(error);
  try {
    return { value: document.toJS({ maxAliasCount: maxAliases }), duplicates: () => duplicatesIn(document) };
  } catch (failure) {
    throw unreadable(failure);
  }
}

function unreadable(error: unknown): StatusError {
  const message = error instanceof Error ? error.message : String(error);
  return badRequest(message.includes("call stack") ? nestedTooDeep : `error converting YAML to JSON: yaml: ${message}`);
}

function duplicatesIn(document: Document): readonly string[] {
  const found: string[] = [];
  const look = (node: unknown, path: string): void => {
    if (isSeq(node)) for (const [index, item] of node.items.entries()) look(item, `${path}[${index}]`);
    else if (isMap(node)) for (const [inside, value] of lookThrough(node, path, found)) look(value, inside);
  };
  look(document.contents, "");
  return found;
}

/** The members of a map by their paths; those whose key stood there before are told in `found`. */
function lookThrough(map: YAMLMap, path: string, found: string[]): readonly (readonly [string, unknown])[] {
  const seen = new Set<string>();
  return map.items.map(({ key, value }) => {
    const name = String(isScalar(key) ? key.value : key);
    const inside = path === "" ? name : `${path}.${name}`;
    if (seen.has(name)) found.push(inside);
    seen.add(name);
    return [inside, value] as const;
  });
}
