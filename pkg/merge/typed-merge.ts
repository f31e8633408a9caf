import { childrenOf, emptySet, type FieldSet, isMember } from "./field-set.ts";
import { isObject, type JsonObject } from "./json.ts";
import { itemsByStep, shapeOf, stepOfItem, typeOfField, typeOfItem } from "./owned-fields.ts";
import type { TypeNode } from "./type-node.ts";

/**
 * `live` with what `applied` says put in: objects and lists by key item by item, sets united, everything else
 * replaced. A null takes the field away.
 */
export function mergeApplied(type: TypeNode, live: JsonObject, applied: JsonObject): JsonObject {
  const result = new Map(Object.entries(live));
  for (const [name, value] of Object.entries(applied)) {
    if (value === null || value === undefined) result.delete(name);
    else result.set(name, mergeValue(typeOfField(type, name), result.get(name), value));
  }
  return Object.fromEntries(result);
}

function mergeValue(type: TypeNode, live: unknown, applied: unknown): unknown {
  const shape = shapeOf(type, applied);
  if (shape === "leaf") return applied;
  if (shape === "map") {
    const below = shapeOf(type, live) === "map" ? (live as JsonObject) : {};
    return mergeApplied(type, below, applied as JsonObject);
  }
  return mergeLists(type, Array.isArray(live) ? live : [], applied as readonly unknown[]);
}

/** Applied items in their order; what only `live` has keeps its place before the next item that both have. */
function mergeLists(type: TypeNode, live: readonly unknown[], applied: readonly unknown[]): readonly unknown[] {
  const wanted = itemsByStep(type, applied);
  const present = itemsByStep(type, live);
  const rest = live.map((item) => ({ item, step: stepOfItem(type, item) }));
  const result: unknown[] = [];
  let position = 0;
  const takeForeign = (): void => {
    for (let next = rest[position]; next !== undefined && !wanted.has(next.step); next = rest[++position])
      result.push(next.item);
  };
  for (const [step, item] of wanted) {
    takeForeign();
    if (rest[position]?.step === step) position++;
    const merged = type.list === "map" ? mergeValue(typeOfItem(type), present.get(step), item) : item;
    result.push(merged);
  }
  for (const { item, step } of rest.slice(position)) if (!wanted.has(step)) result.push(item);
  return result;
}

/**
 * Takes away what `before` names and `keep` does not: fields that a manager applied once and no longer does. What
 * nobody owns below goes with its parent; parents come first, so that an item of a list never loses its key alone.
 */
export function prune(type: TypeNode, object: JsonObject, before: FieldSet, keep: FieldSet): JsonObject {
  const result = new Map(Object.entries(object));
  for (const [step, node] of Object.entries(before)) {
    const name = step.slice(2);
    const value = result.get(name);
    if (!step.startsWith("f:") || value === undefined) continue;
    const kept = pruneValue(typeOfField(type, name), value, node, keep[step]);
    if (kept === undefined) result.delete(name);
    else result.set(name, kept);
  }
  return Object.fromEntries(result);
}

function pruneValue(type: TypeNode, value: unknown, before: FieldSet, keep: FieldSet | undefined): unknown {
  if (keep === undefined) return undefined;
  const below = childrenOf(keep);
  const shape = shapeOf(type, value);
  if (shape === "leaf") return value;
  const pruned =
    shape === "map"
      ? prune(type, value as JsonObject, childrenOf(before), below)
      : pruneList(type, value as readonly unknown[], childrenOf(before), below);
  const hollow = Object.keys(pruned).length === 0;
  return hollow && !isMember(keep) ? undefined : pruned;
}

function pruneList(type: TypeNode, items: readonly unknown[], before: FieldSet, keep: FieldSet): readonly unknown[] {
  return items.flatMap((item) => {
    const step = stepOfItem(type, item);
    const node = before[step];
    if (node === undefined) return [item];
    const kept = pruneValue(typeOfItem(type), item, node, keep[step]);
    return kept === undefined ? [] : [kept];
  });
}

/** The value with all nulls taken out of its objects; a null says that there is nothing. */
export function dropNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(dropNulls);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== null && inner !== undefined)
      .map(([name, inner]) => [name, dropNulls(inner)]),
  );
}

/** `keep` for metadata even where nobody owns any of it: the server's own fields live there. */
export function keepMetadata(keep: FieldSet): FieldSet {
  return "f:metadata" in keep ? keep : { ...keep, "f:metadata": { ".": emptySet } };
}
