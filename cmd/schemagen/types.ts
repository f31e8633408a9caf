import { compile, type JSONSchema } from "json-schema-to-typescript";
import { banner } from "./banner.ts";
import { type Definition, type Model, referencedName } from "./model.ts";

/** Whom the types are for: those who read objects, in which every default is filled in, or those who write them. */
export type Side = "reading" | "writing";

/**
 * The TypeScript types of all definitions. To readers a property with a default is always there; writers may leave it
 * out. Everything is readonly, because objects are shared and frozen.
 */
export async function generateTypes(model: Model, side: Side): Promise<string> {
  const handWritten = new Set<string>();
  const definitions: Record<string, JSONSchema> = {};
  for (const [name, definition] of model.definitions) {
    const tsType = definition["x-tsType"];
    if (tsType === undefined) definitions[name] = forCompiler(definition, { model, side }) as JSONSchema;
    else handWritten.add(tsType.replaceAll(/readonly |\[\]/g, ""));
  }
  const text = await compile({ title: "Everything", type: "object", properties: {}, definitions }, "Everything", {
    bannerComment: "",
    unreachableDefinitions: true,
    ignoreMinAndMaxItems: true,
    additionalProperties: false,
    style: { printWidth: 120 },
  });
  const types = [...handWritten].filter((name) => new RegExp(`\\b${name}\\b`).test(text)).sort();
  return `${banner}import type { ${types.join(", ")} } from "../object.ts";\n\n${readonly(text)}`;
}

interface Context {
  readonly model: Model;
  readonly side: Side;
}

/** Renames $defs, puts hand-written types in place, and makes properties required that readers find filled in. */
function forCompiler(definition: Definition, context: Context): object {
  const { model, side } = context;
  const {
    $ref,
    properties,
    items,
    additionalProperties,
    description,
    title: _,
    $schema: __,
    $id: ___,
    ...rest
  } = definition as Definition & { $schema?: string; $id?: string };
  if ($ref !== undefined) {
    // A reference with a description of its own would become a copy of the type; its name alone does not.
    const name = referencedName($ref);
    const tsType = model.definitions.get(name)?.["x-tsType"] ?? name;
    return { tsType, ...(description !== undefined && { description }) };
  }
  const plain = Object.fromEntries(Object.entries(rest).filter(([key]) => !key.startsWith("x-")));
  const defaulted = Object.entries(properties ?? {}).filter(([, one]) => one.default !== undefined);
  delete plain["default"];
  return {
    ...plain,
    ...(description !== undefined && { description }),
    ...(properties !== undefined && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, one]) => [name, forCompiler(one, context)]),
      ),
      required: [...(definition.required ?? []), ...(side === "reading" ? defaulted.map(([name]) => name) : [])],
    }),
    ...(items !== undefined && { items: forCompiler(items, context) }),
    ...(additionalProperties !== undefined && {
      additionalProperties:
        typeof additionalProperties === "object" ? forCompiler(additionalProperties, context) : additionalProperties,
    }),
  };
}

/** Takes out what the compiler says of itself, and makes every property and list readonly. */
function readonly(text: string): string {
  return text
    .replace(/export interface Everything \{\}\n/, "")
    .replaceAll(
      / \*\n \* This interface was referenced by `Everything`'s JSON-Schema\n \* via the `definition` "\w+"\.\n/g,
      "",
    )
    .replaceAll(
      / \* This interface was referenced by `Everything`'s JSON-Schema\n \* via the `definition` "\w+"\.\n/g,
      "",
    )
    .replaceAll(/^( *)\/\*\*\n *\* ([^\n]*)\n *\*\/$/gm, "$1/** $2 */")
    .split("\n")
    .map((line) =>
      line
        .replace(/^(\s+)((?:"[^"]+"|[A-Za-z_$][\w$]*)\??: )/, "$1readonly $2")
        .replace(/^(\s+)(\[k: string\]: )/, "$1readonly $2")
        .replace(/: (\w+|\([^)]*\))\[\];$/, ": readonly $1[];"),
    )
    .join("\n");
}
