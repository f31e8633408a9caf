import { isObject } from "./json.ts";

/**
 * A set of paths into an object, in the form in which managedFields carry it (FieldsV1): a tree whose keys are
 * `f:NAME` (field), `k:{…}` (item of a list by its keys), `v:…` (member of a set). A node without children is a path
 * of the set; a node with children is one only if it has the key ".".
 */
export interface FieldSet {
  readonly [step: string]: FieldSet;
}

export const emptySet: FieldSet = {};
const here = ".";

export function isEmpty(set: FieldSet): boolean {
  for (const _step in set) return false;
  return true;
}

/** True where the node itself, not only something below it, is a path of the set. */
export function isMember(node: FieldSet): boolean {
  return isEmpty(node) || Object.hasOwn(node, here);
}

export function childrenOf(node: FieldSet): FieldSet {
  if (!Object.hasOwn(node, here)) return node;
  const { [here]: _self, ...children } = node;
  return children;
}

/** The node with these children; undefined where nothing of it is in the set. */
export function makeNode(member: boolean, children: FieldSet): FieldSet | undefined {
  if (isEmpty(children)) return member ? emptySet : undefined;
  return member ? { [here]: emptySet, ...children } : children;
}

/** The node, counted as a path of the set. */
export function withSelf(node: FieldSet): FieldSet {
  return isMember(node) ? node : { [here]: emptySet, ...node };
}

/** All paths of both. */
export function union(left: FieldSet, right: FieldSet): FieldSet {
  if (isEmpty(left) || left === right) return right;
  const result: Record<string, FieldSet> = { ...left };
  for (const [step, node] of Object.entries(right)) {
    const other = left[step];
    result[step] = other === undefined ? node : unionNodes(other, node);
  }
  return result;
}

function unionNodes(left: FieldSet, right: FieldSet): FieldSet {
  return makeNode(isMember(left) || isMember(right), union(childrenOf(left), childrenOf(right))) ?? emptySet;
}

/** Paths of `left` that are not, exactly, paths of `right`. */
export function difference(left: FieldSet, right: FieldSet): FieldSet {
  return combine(left, right, (node, other) =>
    other === undefined
      ? node
      : makeNode(isMember(node) && !isMember(other), difference(childrenOf(node), childrenOf(other))),
  );
}

/** Paths that are in both. */
export function intersection(left: FieldSet, right: FieldSet): FieldSet {
  return combine(left, right, (node, other) =>
    other === undefined
      ? undefined
      : makeNode(isMember(node) && isMember(other), intersection(childrenOf(node), childrenOf(other))),
  );
}

function combine(
  left: FieldSet,
  right: FieldSet,
  each: (node: FieldSet, other: FieldSet | undefined) => FieldSet | undefined,
): FieldSet {
  const result: Record<string, FieldSet> = {};
  for (const [step, node] of Object.entries(left)) {
    const made = each(node, right[step]);
    if (made !== undefined) result[step] = made;
  }
  return result;
}

/** The paths of the set, parents before children, each as its steps. */
export function pathsOf(set: FieldSet, before: readonly string[] = []): readonly (readonly string[])[] {
  return Object.entries(set).flatMap(([step, node]) => {
    const path = [...before, step];
    return [...(isMember(node) ? [path] : []), ...pathsOf(childrenOf(node), path)];
  });
}

/** A path as messages show it: `.spec.env[name="A"].value`, `.spec.zones[="eu"]`. */
export function showPath(path: readonly string[]): string {
  return path
    .map((step) => {
      if (step.startsWith("v:")) return `[=${step.slice(2)}]`;
      if (!step.startsWith("k:")) return `.${step.slice(2)}`;
      const keys: unknown = JSON.parse(step.slice(2));
      const shown = Object.entries(isObject(keys) ? keys : {}).map(
        ([name, value]) => `${name}=${JSON.stringify(value)}`,
      );
      return `[${shown.join(",")}]`;
    })
    .join("");
}

/** Reads a field set that a client sent; undefined where it is none. */
export function decodeFieldSet(value: unknown): FieldSet | undefined {
  if (!isObject(value)) return undefined;
  const result: Record<string, FieldSet> = {};
  for (const [step, child] of Object.entries(value)) {
    if (step !== here && !isStep(step)) return undefined;
    const node = decodeFieldSet(child);
    if (node === undefined) return undefined;
    result[step] = node;
  }
  return result;
}

function isStep(step: string): boolean {
  if (step.startsWith("f:")) return true;
  if (!step.startsWith("k:") && !step.startsWith("v:")) return false;
  try {
    JSON.parse(step.slice(2));
    return true;
  } catch {
    return false;
  }
}
