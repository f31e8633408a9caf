import { type Fields, fields, list, text } from "../merge/index.ts";

/** A schema with its references followed; a description beside a reference is more to the point than the one behind it. */
export function resolveSchema(schemas: Fields, schema: unknown): Fields {
  const own = fields(schema);
  const all = list(own["allOf"]);
  const reference = text(own["$ref"]) || (all.length === 1 ? text(fields(all[0])["$ref"]) : "");
  if (reference === "") return own;
  const { $ref: _, allOf: _all, ...rest } = own;
  return { ...resolveSchema(schemas, schemas[reference.split("/").at(-1) ?? ""]), ...rest };
}

/** The schema that a value's fields are in: that of a list's items, or of a map's values. */
export function memberSchema(schemas: Fields, schema: Fields): Fields {
  if (schema["type"] === "array") return memberSchema(schemas, resolveSchema(schemas, schema["items"]));
  const values = schema["additionalProperties"];
  if (schema["properties"] === undefined && typeof values === "object")
    return memberSchema(schemas, resolveSchema(schemas, values));
  return schema;
}

/** The schema of a kind among those that a server publishes of an API version. */
export function kindSchema(schemas: Fields, group: string, version: string, kind: string): Fields | undefined {
  const isOf = (schema: Fields): boolean =>
    list(schema["x-kubernetes-group-version-kind"])
      .map(fields)
      .some(
        (each) => text(each["group"]) === group && text(each["version"]) === version && text(each["kind"]) === kind,
      );
  return Object.values(schemas).map(fields).find(isOf);
}
