import { emptySet, type FieldSet, isEmpty, makeNode, withSelf } from "./field-set.ts";
import { equalJson, isObject, type JsonObject } from "./json.ts";
import { type TypeNode, untyped } from "./type-node.ts";

/** How a value is owned: as one, by its fields, by its members, by its items' keys. */
export type Shape = "leaf" | "map" | "set" | "list";

export function shapeOf(type: TypeNode, value: unknown): Shape {
  if (Array.isArray(value)) return type.list === "atomic" ? "leaf" : type.list === "set" ? "set" : "list";
  return isObject(value) && !type.atomic ? "map" : "leaf";
}

export function typeOfField(type: TypeNode, name: string): TypeNode {
  return type.field(name) ?? type.element() ?? untyped;
}

export function typeOfItem(type: TypeNode): TypeNode {
  return type.element() ?? untyped;
}

/** The step that names an item of a list: `k:{…}` in a list by keys, `v:…` in a set. */
export function stepOfItem(type: TypeNode, item: unknown): string {
  if (type.list === "set") return `v:${JSON.stringify(item)}`;
  const fields = isObject(item) ? item : {};
  const keys = type.keys.map(({ name, default: fallback }): [string, unknown] => [
    name,
    fields[name] ?? fallback ?? null,
  ]);
  return `k:${JSON.stringify(Object.fromEntries(keys))}`;
}

/** Items of a list by the steps that name them; of equal ones the first counts. */
export function itemsByStep(type: TypeNode, items: readonly unknown[]): Map<string, unknown> {
  const result = new Map<string, unknown>();
  for (const item of items) {
    const step = stepOfItem(type, item);
    if (!result.has(step)) result.set(step, item);
  }
  return result;
}

/** The paths that whoever writes this object owns. */
export function fieldsOf(type: TypeNode, object: JsonObject): FieldSet {
  return childFields(type, object);
}

function nodeOf(type: TypeNode, value: unknown): FieldSet {
  switch (shapeOf(type, value)) {
    case "leaf":
      return emptySet;
    case "map":
      return childFields(type, value as JsonObject);
    default:
      return itemFields(type, value as readonly unknown[]);
  }
}

function childFields(type: TypeNode, object: JsonObject): FieldSet {
  const result: Record<string, FieldSet> = {};
  const element = type.element();
  for (const name of Object.keys(object)) {
    const value = object[name];
    if (value === undefined) continue;
    const declared = type.field(name);
    const node = nodeOf(declared ?? element ?? untyped, value);
    // A key of a map with free keys exists by itself; a declared field exists by what is in it.
    result[`f:${name}`] = declared === undefined && element !== undefined ? withSelf(node) : node;
  }
  return result;
}

function itemFields(type: TypeNode, items: readonly unknown[]): FieldSet {
  const result: Record<string, FieldSet> = {};
  for (const [step, item] of itemsByStep(type, items))
    result[step] = type.list === "set" ? emptySet : withSelf(nodeOf(typeOfItem(type), item));
  return result;
}

export interface Comparison {
  /** Paths that were added, or whose value is another one now. */
  readonly changed: FieldSet;
  /** Paths that are no more. */
  readonly removed: FieldSet;
}

const same: Comparison = { changed: emptySet, removed: emptySet };

/** What is different between two objects, as paths. Parts that are the same value in memory cost nothing. */
export function compareFields(type: TypeNode, before: JsonObject, after: JsonObject): Comparison {
  return before === after ? same : compareMaps(type, before, after);
}

function compareMaps(type: TypeNode, before: JsonObject, after: JsonObject): Comparison {
  const pairs: Pair[] = [];
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const free = type.field(name) === undefined && type.element() !== undefined;
    if (before[name] === after[name]) continue;
    pairs.push({
      step: `f:${name}`,
      type: typeOfField(type, name),
      before: before[name],
      after: after[name],
      self: free,
    });
  }
  return comparePairs(pairs);
}

interface Pair {
  readonly step: string;
  readonly type: TypeNode;
  readonly before: unknown;
  readonly after: unknown;
  /** The path of the pair is owned besides what is below it. */
  readonly self: boolean;
}

function comparePairs(pairs: readonly Pair[]): Comparison {
  const changed: Record<string, FieldSet> = {};
  const removed: Record<string, FieldSet> = {};
  for (const pair of pairs) {
    const { step } = pair;
    const result = compareValues(pair);
    if (result.changed !== undefined) changed[step] = result.changed;
    if (result.removed !== undefined) removed[step] = result.removed;
  }
  return { changed, removed };
}

interface NodeComparison {
  readonly changed?: FieldSet | undefined;
  readonly removed?: FieldSet | undefined;
}

function compareValues({ type, before, after, self }: Pair): NodeComparison {
  const own = (node: FieldSet): FieldSet => (self ? withSelf(node) : node);
  if (before === undefined) return after === undefined ? {} : { changed: own(nodeOf(type, after)) };
  // With a list or a map goes that it was there at all, which is owned by itself where it was empty once.
  if (after === undefined) return { removed: withSelf(nodeOf(type, before)) };
  const shape = shapeOf(type, before);
  if (shape !== shapeOf(type, after)) return { changed: nodeOf(type, after), removed: nodeOf(type, before) };
  if (shape === "leaf") return equalJson(before, after) ? {} : { changed: emptySet };
  const below =
    shape === "map"
      ? compareMaps(type, before as JsonObject, after as JsonObject)
      : compareLists(type, before as readonly unknown[], after as readonly unknown[]);
  const emptied = isHollow(after) && !isHollow(before);
  return { changed: makeNode(emptied, below.changed), removed: makeNode(false, below.removed) };
}

function compareLists(type: TypeNode, before: readonly unknown[], after: readonly unknown[]): Comparison {
  const left = itemsByStep(type, before);
  const right = itemsByStep(type, after);
  const pairs: Pair[] = [];
  for (const step of new Set([...left.keys(), ...right.keys()]))
    pairs.push({
      step,
      type: typeOfItem(type),
      before: left.get(step),
      after: right.get(step),
      self: type.list !== "set",
    });
  return comparePairs(pairs);
}

/** An object or a list without content: it exists, and is owned, by itself. */
function isHollow(value: unknown): boolean {
  return isEmpty(value as FieldSet);
}

/** Fields of metadata that belong to the server and to nobody else. */
const serverFields: ReadonlySet<string> = new Set(
  [
    "name",
    "generateName",
    "namespace",
    "uid",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "generation",
    "resourceVersion",
    "managedFields",
    "selfLink",
  ].map((name) => `f:${name}`),
);

/** Of metadata the rest is kept. */
const serverParts: ReadonlySet<string> = new Set(["f:apiVersion", "f:kind", "f:metadata"]);

/** The set without what nobody can own. */
export function stripServerFields(set: FieldSet): FieldSet {
  const result: Record<string, FieldSet> = {};
  const metadata = set["f:metadata"];
  if (metadata !== undefined) {
    const kept = without(metadata, (step) => step === "." || serverFields.has(step));
    if (!isEmpty(kept)) result["f:metadata"] = kept;
  }
  return Object.assign(
    result,
    without(set, (step) => serverParts.has(step)),
  );
}

function without(set: FieldSet, isLeftOut: (step: string) => boolean): FieldSet {
  const result: Record<string, FieldSet> = {};
  for (const step of Object.keys(set)) {
    const node = set[step];
    if (node !== undefined && !isLeftOut(step)) result[step] = node;
  }
  return result;
}

/** What stands at a path; undefined where there is nothing. */
export function valueAt(type: TypeNode, value: unknown, path: readonly string[]): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (!step.startsWith("f:"))
    return Array.isArray(value) ? valueAt(typeOfItem(type), itemsByStep(type, value).get(step), rest) : undefined;
  const name = step.slice(2);
  return isObject(value) ? valueAt(typeOfField(type, name), value[name], rest) : undefined;
}
