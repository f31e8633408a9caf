import type { JsonSchema } from "./json-schema.ts";
import { childSchema } from "./schema.ts";

/** A copy of an object without the fields that its schema does not know. */
export interface Pruned {
  readonly value: unknown;
  /** Paths of what was left out, such as spec.components[0].replicaz. */
  readonly unknownFields: readonly string[];
}

/** Copies `value`, leaving out unknown fields and fields that are null, which mean the same as absent ones. */
export function pruneUnknown(schema: JsonSchema, value: unknown): Pruned {
  const unknownFields: string[] = [];
  return { value: prune(schema, value, "", unknownFields), unknownFields };
}

function prune(schema: JsonSchema | undefined, value: unknown, path: string, unknownFields: string[]): unknown {
  if (Array.isArray(value))
    return value.map((item, index) => prune(schema?.items, item, `${path}[${index}]`, unknownFields));
  if (typeof value !== "object" || value === null) return value;
  // Where the schema wants no object the copy is whole: validation will tell of the wrong type.
  const keepAll = schema === undefined || isOpen(schema);
  const copy: Record<string, unknown> = {};
  for (const [key, child] of Object.entries(value)) {
    if (child === null || child === undefined) continue;
    const inside = childPath(path, key, schema);
    const known = childSchema(schema, key);
    if (known === undefined && !keepAll) unknownFields.push(inside);
    else define(copy, key, prune(known, child, inside, unknownFields));
  }
  return copy;
}

function isOpen(schema: JsonSchema): boolean {
  return schema["x-kubernetes-preserve-unknown-fields"] === true || schema.type !== "object";
}

/** Keys of maps are written in brackets, as Kubernetes does: data[tls.key]. */
function childPath(path: string, key: string, schema: JsonSchema | undefined): string {
  if (typeof schema?.additionalProperties === "object") return `${path}[${key}]`;
  return path === "" ? key : `${path}.${key}`;
}

/** A plain assignment to "__proto__" would set the prototype. */
function define(target: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}
