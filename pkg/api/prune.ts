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
  const seen = { unknown: false };
  const copy = prune(schema, value, seen);
  // Few objects have unknown fields: paths are made for those alone.
  return { value: copy, unknownFields: seen.unknown ? unknownFields(schema, value, "") : [] };
}

function prune(schema: JsonSchema | undefined, value: unknown, seen: { unknown: boolean }): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => prune(schema?.items, item, seen));
  const keepAll = keepsAll(schema);
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const child: unknown = value[key as keyof typeof value];
    if (child === null || child === undefined) continue;
    const known = childSchema(schema, key);
    if (known === undefined && !keepAll) seen.unknown = true;
    else if (key === "__proto__") define(copy, key, prune(known, child, seen));
    else copy[key] = prune(known, child, seen);
  }
  return copy;
}

function unknownFields(schema: JsonSchema | undefined, value: unknown, path: string): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value))
    return value.flatMap((item, index) => unknownFields(schema?.items, item, `${path}[${index}]`));
  const keepAll = keepsAll(schema);
  return Object.entries(value).flatMap(([key, child]) => {
    if (child === null || child === undefined) return [];
    const inside = childPath(path, key, schema);
    const known = childSchema(schema, key);
    return known === undefined && !keepAll ? inside : unknownFields(known, child, inside);
  });
}

/** Where the schema wants no object the copy is whole: validation will tell of the wrong type. */
function keepsAll(schema: JsonSchema | undefined): boolean {
  return schema === undefined || isOpen(schema);
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
