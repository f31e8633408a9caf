import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { JsonSchema } from "../../pkg/api/index.ts";

/** A definition as written in schemas/: JSON Schema, and what only the generator reads. */
export interface Definition extends JsonSchema {
  readonly properties?: Readonly<Record<string, Definition>>;
  readonly items?: Definition;
  readonly additionalProperties?: boolean | Definition;
  /** Name of a definition whose properties this one has too. */
  readonly "x-includes"?: string;
  /** TypeScript type written by hand in pkg/api. */
  readonly "x-tsType"?: string;
}

/** The root of schemas/<kind>.json. */
export interface KindSchema extends Definition {
  readonly "x-group": string;
  readonly "x-version": string;
  readonly "x-kind": string;
  readonly "x-plural": string;
  readonly "x-singular": string;
  readonly "x-shortNames": readonly string[];
  readonly "x-categories": readonly string[];
  readonly "x-scope": "Namespaced" | "Cluster";
  readonly "x-subresources": { readonly status?: object; readonly scale?: Readonly<Record<string, string>> };
  readonly "x-printerColumns": readonly Readonly<Record<string, unknown>>[];
  readonly "x-selectableFields": readonly string[];
  readonly "x-conditions": Readonly<Record<string, readonly string[]>>;
  /** Kind of plush.dev/v1 of which this one is another shape; nothing is stored of it. */
  readonly "x-view"?: string;
  /** True: created and answered, never stored. */
  readonly "x-createOnly"?: boolean;
  /** What may be done with it; absent: everything. */
  readonly "x-verbs"?: readonly string[];
}

/** All of schemas/: every definition by its name, unique over all files, with references as "#/$defs/NAME". */
export interface Model {
  readonly definitions: ReadonlyMap<string, Definition>;
  /** In the order of file names. */
  readonly kinds: readonly KindSchema[];
}

interface SchemaFile extends Definition {
  readonly $defs?: Readonly<Record<string, Definition>>;
  readonly "x-kind"?: string;
}

/** Reads a directory of schemas. Throws where two definitions have one name, or a reference leads nowhere. */
export async function loadModel(directory: string): Promise<Model> {
  const definitions = new Map<string, Definition>();
  const kindNames: string[] = [];
  const define = (name: string, definition: Definition): void => {
    if (definitions.has(name)) throw new Error(`two definitions are called ${name}`);
    definitions.set(name, definition);
  };
  const files = (await readdir(directory)).filter((name) => name.endsWith(".json")).sort();
  for (const file of files) {
    const text = await readFile(path.join(directory, file), "utf8");
    const { $defs, ...root } = JSON.parse(text.replaceAll(/"[a-z]*\.json#\/\$defs\//g, '"#/$defs/')) as SchemaFile;
    for (const [name, definition] of Object.entries($defs ?? {})) define(name, definition);
    if (root["x-kind"] === undefined) continue;
    define(root["x-kind"], root);
    kindNames.push(root["x-kind"]);
  }
  const expanded = new Map([...definitions].map(([name, one]) => [name, include(one, definitions)]));
  for (const [name, definition] of expanded) checkReferences(name, definition, expanded);
  return { definitions: expanded, kinds: kindNames.map((name) => expanded.get(name) as KindSchema) };
}

/** Puts the included properties before the definition's own. */
function include(definition: Definition, definitions: ReadonlyMap<string, Definition>): Definition {
  const { "x-includes": base, ...own } = definition;
  if (base === undefined) return definition;
  const found = definitions.get(base);
  if (found === undefined) throw new Error(`x-includes names ${base}, which is not defined`);
  const included = include(found, definitions);
  return {
    ...own,
    properties: { ...included.properties, ...own.properties },
    required: [...(included.required ?? []), ...(own.required ?? [])],
  };
}

export function referencedName(reference: string): string {
  return reference.slice("#/$defs/".length);
}

function checkReferences(owner: string, node: unknown, definitions: ReadonlyMap<string, Definition>): void {
  if (typeof node !== "object" || node === null) return;
  for (const [key, value] of Object.entries(node)) {
    if (key === "$ref" && typeof value === "string" && !definitions.has(referencedName(value)))
      throw new Error(`${owner} refers to ${value}, which is not defined`);
    checkReferences(owner, value, definitions);
  }
}

/** The definition with all references replaced by what they lead to; keywords beside a reference win. */
export function dereference(model: Model, definition: Definition): Definition {
  const { $ref, ...beside } = definition;
  if ($ref !== undefined) {
    const target = model.definitions.get(referencedName($ref)) ?? {};
    return dereference(model, { ...target, ...beside });
  }
  return {
    ...definition,
    ...(definition.properties !== undefined && {
      properties: Object.fromEntries(
        Object.entries(definition.properties).map(([name, property]) => [name, dereference(model, property)]),
      ),
    }),
    ...(definition.items !== undefined && { items: dereference(model, definition.items) }),
    ...(typeof definition.additionalProperties === "object" && {
      additionalProperties: dereference(model, definition.additionalProperties),
    }),
  };
}
