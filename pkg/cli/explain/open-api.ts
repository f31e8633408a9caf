import type { KindInfo } from "../../api/index.ts";
import type { Transport } from "../../client/index.ts";
import { kindSchema, resolveSchema } from "../../manifests/index.ts";
import { StatusError } from "../../status/index.ts";
import { getJson } from "../discovery.ts";
import { dig, type Fields, fields, list, text } from "../wire-fields.ts";

/** The schemas of one API version, as the server publishes them. */
export interface OpenApi {
  readonly schemas: Fields;
  /** The kind's own schema. */
  readonly root: Fields;
}

export async function fetchOpenApi(transport: Transport, kind: KindInfo): Promise<OpenApi> {
  const name = kind.group === "" ? `api/${kind.version}` : `apis/${kind.group}/${kind.version}`;
  const paths = fields(dig(await getJson(transport, "/openapi/v3"), "paths"));
  const url = text(dig(paths[name], "serverRelativeURL"));
  if (url === "") throw new StatusError("NotFound", `the server publishes no schema of ${name}`);
  const schemas = fields(dig(await getJson(transport, url), "components", "schemas"));
  const root = kindSchema(schemas, kind.group, kind.version, kind.kind);
  if (root === undefined) throw new StatusError("NotFound", `the server publishes no schema of ${kind.kind}`);
  return { schemas, root };
}

/** "<[]ComponentTemplate>", "<string>", "<map[string]string>", as kubectl writes types. */
export function typeName(schemas: Fields, schema: unknown): string {
  const named = referenceName(schema);
  const resolved = resolveSchema(schemas, schema);
  if (resolved["type"] === "array") return `[]${typeName(schemas, resolved["items"])}`;
  const values = resolved["additionalProperties"];
  if (resolved["properties"] === undefined && typeof values === "object")
    return `map[string]${typeName(schemas, values)}`;
  if (named !== "" && resolved["properties"] !== undefined) return named;
  const options = [...list(resolved["anyOf"]), ...list(resolved["oneOf"])];
  if (options.length > 0) return [...new Set(options.map((option) => typeName(schemas, option)))].join("|");
  const type = Array.isArray(resolved["type"]) ? resolved["type"].join("|") : text(resolved["type"]);
  const choices = list(resolved["enum"]);
  if (type === "" && choices.length > 0) return typeof choices[0];
  return type === "object" || type === "" ? "Object" : type;
}

function referenceName(schema: unknown): string {
  const own = fields(schema);
  const reference = text(own["$ref"]) || text(dig(list(own["allOf"])[0], "$ref"));
  return reference.split(/[/.]/).at(-1) ?? "";
}
