import { StatusError } from "../status/index.ts";
import { mergeKeyOf, orderItems } from "./element-order.ts";
import { isObject, type JsonObject } from "./json.ts";
import { typeOfField, typeOfItem } from "./owned-fields.ts";
import type { TypeNode } from "./type-node.ts";

/**
 * Kubernetes' strategic merge patch: a merge patch in which lists by one key and sets are merged item by item, with
 * directives: $patch, $retainKeys, $deleteFromPrimitiveList/FIELD and $setElementOrder/FIELD. Never changes its input.
 * Throws BadRequest where a directive is none.
 */
export function applyStrategicPatch(type: TypeNode, target: JsonObject, patch: JsonObject): JsonObject {
  switch (patch["$patch"]) {
    case undefined:
      return mergeFields(type, target, patch);
    case "replace": {
      const { $patch: _directive, ...content } = patch;
      return mergeFields(type, {}, content);
    }
    case "delete":
      return {};
    default:
      throw bad(`unknown patch type ${JSON.stringify(patch["$patch"])}`);
  }
}

/** What a patch says of one field: its value, the order of its items, items that go. */
interface FieldPatch {
  value?: unknown;
  order?: readonly unknown[];
  removed?: readonly unknown[];
}

const orderPrefix = "$setElementOrder/";
const removalPrefix = "$deleteFromPrimitiveList/";
const retainKeys = "$retainKeys";

function mergeFields(type: TypeNode, target: JsonObject, patch: JsonObject): JsonObject {
  const fields = readFields(patch);
  const retained = readRetained(patch, fields);
  const result = new Map(Object.entries(target).filter(([name]) => retained === undefined || retained.has(name)));
  for (const [name, field] of fields) {
    const merged = mergeField(typeOfField(type, name), result.get(name), field);
    if (merged === undefined) result.delete(name);
    else result.set(name, merged);
  }
  return Object.fromEntries(result);
}

function readFields(patch: JsonObject): Map<string, FieldPatch> {
  const fields = new Map<string, FieldPatch>();
  for (const [name, value] of Object.entries(patch)) {
    if (name === retainKeys) continue;
    if (name.startsWith(orderPrefix)) fieldOf(fields, name, orderPrefix).order = listIn(name, value);
    else if (name.startsWith(removalPrefix)) fieldOf(fields, name, removalPrefix).removed = listIn(name, value);
    else fieldOf(fields, name, "").value = value;
  }
  return fields;
}

function fieldOf(fields: Map<string, FieldPatch>, name: string, prefix: string): FieldPatch {
  const field = fields.get(name.slice(prefix.length)) ?? {};
  fields.set(name.slice(prefix.length), field);
  return field;
}

function listIn(name: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw bad(`${name} must be a list`);
}

/** The only fields that stay, where a patch says so: those that it sets itself must be among them. */
function readRetained(patch: JsonObject, fields: ReadonlyMap<string, FieldPatch>): ReadonlySet<unknown> | undefined {
  if (patch[retainKeys] === undefined) return undefined;
  const retained = new Set(listIn(retainKeys, patch[retainKeys]));
  for (const [name, { value }] of fields)
    if (value !== undefined && value !== null && !retained.has(name))
      throw bad(`${retainKeys} does not name ${name}, which the patch sets`);
  return retained;
}

function mergeField(type: TypeNode, present: unknown, { value, order, removed }: FieldPatch): unknown {
  if (order !== undefined && Array.isArray(value)) checkOrder(type, value, order);
  let merged = value === undefined ? present : mergeValue(type, present, value);
  if (removed !== undefined && Array.isArray(merged)) {
    const gone = new Set(removed.map((item) => JSON.stringify(item)));
    merged = merged.filter((item) => !gone.has(JSON.stringify(item)));
  }
  if (order === undefined || !Array.isArray(merged)) return merged;
  return orderItems(merged, { wanted: order, before: Array.isArray(present) ? present : [], key: mergeKeyOf(type) });
}

function mergeValue(type: TypeNode, present: unknown, value: unknown): unknown {
  if (value === null) return undefined;
  if (isObject(value)) return applyStrategicPatch(type, isObject(present) ? present : {}, value);
  if (!Array.isArray(value)) return value;
  const before = Array.isArray(present) ? present : [];
  if (type.list === "set") return mergeSet(before, value);
  const key = mergeKeyOf(type);
  // A list of which nothing is said is replaced as one.
  return key === undefined
    ? value.map((item) => mergeValue(typeOfItem(type), undefined, item))
    : mergeList(type, key, before, value);
}

function mergeSet(before: readonly unknown[], patch: readonly unknown[]): readonly unknown[] {
  const both = new Map([...before, ...patch].map((item) => [JSON.stringify(item), item] as const));
  return orderItems([...both.values()], { wanted: patch, before, key: undefined });
}

function mergeList(
  type: TypeNode,
  key: string,
  before: readonly unknown[],
  patch: readonly unknown[],
): readonly unknown[] {
  const items = patch.map((item) => {
    if (!isObject(item)) throw bad(`an item of a list by ${key} must be an object`);
    return item;
  });
  const plain = items.filter((item) => item["$patch"] === undefined);
  const fresh = (item: JsonObject): JsonObject => applyStrategicPatch(typeOfItem(type), {}, item);
  if (items.some((item) => item["$patch"] === "replace")) return plain.map(fresh);
  const gone = new Set(items.filter((item) => item["$patch"] !== undefined).map((item) => removedItem(key, item)));
  const merged = new Map<string, unknown>();
  for (const [index, item] of before.entries()) {
    const name = nameOf(item, key) ?? `#${index}`;
    if (!gone.has(name)) merged.set(name, item);
  }
  for (const item of plain) {
    const name = nameOf(item, key);
    if (name === undefined) throw bad(`an item of the list does not have ${key}, by which its items are known`);
    const known = merged.get(name);
    merged.set(name, isObject(known) ? applyStrategicPatch(typeOfItem(type), known, item) : fresh(item));
  }
  return orderItems([...merged.values()], { wanted: plain, before, key });
}

function removedItem(key: string, item: JsonObject): string {
  const name = nameOf(item, key);
  if (item["$patch"] !== "delete") throw bad(`unknown patch type ${JSON.stringify(item["$patch"])} in a list`);
  if (name === undefined) throw bad(`an item to be deleted does not have ${key}, by which items are known`);
  return name;
}

function nameOf(item: unknown, key: string): string | undefined {
  return isObject(item) && item[key] !== undefined ? JSON.stringify(item[key]) : undefined;
}

/** What a patch sets must stand in the order that it gives. */
function checkOrder(type: TypeNode, items: readonly unknown[], order: readonly unknown[]): void {
  const key = mergeKeyOf(type);
  const nameIn = (item: unknown): string | undefined => (key === undefined ? JSON.stringify(item) : nameOf(item, key));
  const places = new Map(order.map((item, index) => [nameIn(item), index] as const));
  let last = -1;
  for (const item of items) {
    if (isObject(item) && item["$patch"] !== undefined) continue;
    const place = places.get(nameIn(item));
    if (place === undefined || place < last) throw bad(`${orderPrefix}… does not agree with the list that is set`);
    last = place;
  }
}

function bad(message: string): StatusError {
  return new StatusError("BadRequest", `the strategic merge patch cannot be applied: ${message}`);
}
