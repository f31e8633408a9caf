import { showPath } from "./field-set.ts";
import { equalJson, isObject, type JsonObject } from "./json.ts";
import { itemsByStep, shapeOf, typeOfField, typeOfItem } from "./owned-fields.ts";
import { type TypeNode, untyped } from "./type-node.ts";

/** One place where two objects differ; `before` or `after` is undefined where the field is on one side only. */
export interface Difference {
  /** As messages show paths: `.spec.replicas`, `.spec.phases[name="serve"].after`. */
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** Where two objects differ, leaf by leaf, in the order of the fields. Lists are compared by key where `type` says so. */
export function diffObjects(before: JsonObject, after: JsonObject, type: TypeNode = untyped): readonly Difference[] {
  return diffMaps(type, [], before, after);
}

function diffMaps(
  type: TypeNode,
  path: readonly string[],
  before: JsonObject,
  after: JsonObject,
): readonly Difference[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) =>
    diffValues(typeOfField(type, name), [...path, `f:${name}`], before[name], after[name]),
  );
}

function diffValues(type: TypeNode, path: readonly string[], before: unknown, after: unknown): readonly Difference[] {
  if (equalJson(before, after)) return [];
  const shape = shapeOf(type, before);
  if (shape === shapeOf(type, after)) {
    if (isObject(before) && isObject(after) && shape === "map") return diffMaps(type, path, before, after);
    if (Array.isArray(before) && Array.isArray(after) && shape !== "leaf") {
      const found = diffItems(type, path, before, after);
      // Equal items in another order.
      if (found.length > 0) return found;
    }
  }
  return [{ path: showPath(path), ...(before !== undefined && { before }), ...(after !== undefined && { after }) }];
}

function diffItems(
  type: TypeNode,
  path: readonly string[],
  before: readonly unknown[],
  after: readonly unknown[],
): readonly Difference[] {
  const left = itemsByStep(type, before);
  const right = itemsByStep(type, after);
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((step) =>
    diffValues(typeOfItem(type), [...path, step], left.get(step), right.get(step)),
  );
}
