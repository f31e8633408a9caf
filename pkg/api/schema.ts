import { schemas } from "./generated/schemas.ts";
import type { JsonSchema } from "./json-schema.ts";
import type { KindInfo } from "./kind-info.ts";

/** The schema of a kind, fully dereferenced: what merging, pruning and defaulting go by. */
export function schemaOf(kind: KindInfo): JsonSchema {
  const schema = schemas[kind.kind];
  if (schema === undefined) throw new Error(`no schema of kind ${kind.kind}`);
  return schema;
}

/** The schema of a property or list item of what `schema` describes; undefined where there is none. */
export function childSchema(schema: JsonSchema | undefined, key: string | number): JsonSchema | undefined {
  if (schema === undefined) return undefined;
  if (typeof key === "number") return schema.items;
  const { additionalProperties } = schema;
  const { properties } = schema;
  const property = properties !== undefined && Object.hasOwn(properties, key) ? properties[key] : undefined;
  return property ?? (typeof additionalProperties === "object" ? additionalProperties : undefined);
}
