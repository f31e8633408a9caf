import { banner } from "./banner.ts";
import { dereference, type Model } from "./model.ts";

/** What merging and pruning need to know of each kind at run time: its schema without references and prose. */
export function generateRuntimeSchemas(model: Model): string {
  const schemas = Object.fromEntries(
    model.kinds.map((kind) => [kind["x-kind"], withoutProse(dereference(model, kind))]),
  );
  return `${banner}import type { JsonSchema } from "../json-schema.ts";

/** Schemas by kind, fully dereferenced. */
export const schemas: Readonly<Record<string, JsonSchema>> = ${JSON.stringify(schemas, undefined, 0)};
`;
}

const droppedKeys: ReadonlySet<string> = new Set(["$id", "$schema", "title", "description", "x-tsType"]);
const keptExtensions: ReadonlySet<string> = new Set([
  "x-message",
  "x-kubernetes-list-type",
  "x-kubernetes-list-map-keys",
  "x-kubernetes-preserve-unknown-fields",
]);

function withoutProse(schema: object): object {
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (droppedKeys.has(key) || (key.startsWith("x-") && !keptExtensions.has(key))) continue;
    if (key === "properties") {
      const properties = Object.entries(value as Record<string, object>);
      result[key] = Object.fromEntries(properties.map(([name, one]) => [name, withoutProse(one)]));
    } else if (key === "items" || (key === "additionalProperties" && typeof value === "object")) {
      result[key] = withoutProse(value as object);
    } else result[key] = value;
  }
  return result;
}
