import { isObject, type JsonObject } from "./json.ts";

/**
 * What merging must know of the type of a value, read from JSON schema with the x-kubernetes-* extensions. A value
 * without a schema is merged as it looks: objects field by field, lists as one.
 */
export interface TypeNode {
  /** The value is owned and replaced as one. */
  readonly atomic: boolean;
  /** How a list is merged. */
  readonly list: "atomic" | "set" | "map";
  /** Fields that name an item of a list of kind "map", with the values they default to. */
  readonly keys: readonly ListKey[];
  /** The type of a declared field; undefined where the field is not declared. */
  field(name: string): TypeNode | undefined;
  /** The type of items of a list, or of values of a map with free keys. */
  element(): TypeNode | undefined;
}

export interface ListKey {
  readonly name: string;
  readonly default?: unknown;
}

/** Finds what a `$ref` means; undefined where it is unknown. */
export type RefResolver = (ref: string) => JsonObject | undefined;

/** The type of a value of which nothing is known. */
export const untyped: TypeNode = {
  atomic: false,
  list: "atomic",
  keys: [],
  field: () => undefined,
  element: () => untyped,
};

/** Reads types from schemas, each schema once; recursive schemas are fine, because fields are read when asked for. */
export function makeTypeReader(resolve: RefResolver): (schema: JsonObject) => TypeNode {
  const known = new WeakMap<JsonObject, TypeNode>();
  const read = (schema: JsonObject): TypeNode => {
    const found = known.get(schema);
    if (found !== undefined) return found;
    const node = makeNode(flatten(schema, resolve), read);
    known.set(schema, node);
    return node;
  };
  return read;
}

/** What the parts of one schema ($ref, allOf, anyOf, oneOf) say together. */
interface FlatSchema {
  readonly properties: Map<string, JsonObject>;
  element: JsonObject | undefined;
  open: boolean;
  listType: unknown;
  listKeys: unknown;
  mapType: unknown;
}

function flatten(schema: JsonObject, resolve: RefResolver): FlatSchema {
  const flat: FlatSchema = {
    properties: new Map(),
    element: undefined,
    open: false,
    listType: undefined,
    listKeys: undefined,
    mapType: undefined,
  };
  collect(schema, resolve, flat, 0);
  // An object that declares nothing takes anything.
  if (flat.properties.size === 0 && flat.element === undefined && schema["additionalProperties"] !== false)
    flat.open = true;
  return flat;
}

/** Longest chain of $ref and allOf followed; a longer one is a schema that refers to itself. */
const maxReferences = 16;

function collect(schema: JsonObject, resolve: RefResolver, flat: FlatSchema, depth: number): void {
  if (depth > maxReferences) return;
  for (const part of partsOf(schema, resolve)) collect(part, resolve, flat, depth + 1);
  if (isObject(schema["properties"])) {
    for (const [name, property] of Object.entries(schema["properties"]))
      if (isObject(property) && !flat.properties.has(name)) flat.properties.set(name, property);
  }
  const element = isObject(schema["items"]) ? schema["items"] : schema["additionalProperties"];
  if (isObject(element)) flat.element = element;
  if (schema["additionalProperties"] === true || schema["x-kubernetes-preserve-unknown-fields"] === true)
    flat.open = true;
  flat.listType ??= schema["x-kubernetes-list-type"];
  flat.listKeys ??= schema["x-kubernetes-list-map-keys"];
  flat.mapType ??= schema["x-kubernetes-map-type"];
}

function partsOf(schema: JsonObject, resolve: RefResolver): readonly JsonObject[] {
  const parts: unknown[] = [];
  if (typeof schema["$ref"] === "string") parts.push(resolve(schema["$ref"]));
  for (const name of ["allOf", "anyOf", "oneOf"]) if (Array.isArray(schema[name])) parts.push(...schema[name]);
  return parts.filter(isObject);
}

function makeNode(flat: FlatSchema, read: (schema: JsonObject) => TypeNode): TypeNode {
  const list = flat.listType === "set" || flat.listType === "map" ? flat.listType : "atomic";
  const { element, properties } = flat;
  return {
    atomic: flat.mapType === "atomic",
    list,
    keys: list === "map" && Array.isArray(flat.listKeys) ? listKeys(flat.listKeys, element) : [],
    field(name) {
      const schema = properties.get(name);
      return schema && read(schema);
    },
    element: () => (element !== undefined ? read(element) : flat.open ? untyped : undefined),
  };
}

function listKeys(names: readonly unknown[], element: JsonObject | undefined): readonly ListKey[] {
  const properties = isObject(element?.["properties"]) ? element["properties"] : {};
  return names
    .filter((name) => typeof name === "string")
    .toSorted()
    .map((name) => {
      const property = properties[name];
      const fallback = isObject(property) ? property["default"] : undefined;
      return { name, ...(fallback !== undefined && { default: fallback }) };
    });
}

const leaf: TypeNode = { ...untyped, element: () => undefined };
const freeMap: TypeNode = { ...untyped, element: () => leaf };

/** The type of metadata, the same for all kinds. */
const metadataType: TypeNode = structType({
  name: leaf,
  generateName: leaf,
  namespace: leaf,
  selfLink: leaf,
  uid: leaf,
  resourceVersion: leaf,
  generation: leaf,
  creationTimestamp: leaf,
  deletionTimestamp: leaf,
  deletionGracePeriodSeconds: leaf,
  labels: freeMap,
  annotations: freeMap,
  finalizers: { ...leaf, list: "set", element: () => leaf },
  ownerReferences: {
    ...leaf,
    list: "map",
    keys: [{ name: "uid" }],
    element: () =>
      structType({
        apiVersion: leaf,
        kind: leaf,
        name: leaf,
        uid: leaf,
        controller: leaf,
        blockOwnerDeletion: leaf,
      }),
  },
  managedFields: untyped,
});

function structType(fields: Readonly<Record<string, TypeNode>>): TypeNode {
  const known = new Map(Object.entries(fields));
  return { ...leaf, field: (name) => known.get(name) };
}

/** The type of whole objects of a kind: its own schema, with the envelope that all kinds share. */
export function objectType(body: TypeNode): TypeNode {
  const envelope = new Map([
    ["apiVersion", leaf],
    ["kind", leaf],
    ["metadata", metadataType],
  ]);
  return {
    ...body,
    field: (name) => envelope.get(name) ?? body.field(name),
  };
}
