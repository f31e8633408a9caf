import { type Fields, fields, isObject } from "../../merge/index.ts";

/** Names and positions that lead from an object to something in it. */
export type Path = readonly (string | number)[];

/** One change of an object. What a deletion leaves empty goes too, so that forms leave no `resources: {}` behind. */
export type Edit =
  | { readonly type: "set"; readonly path: Path; readonly value: unknown }
  | { readonly type: "delete"; readonly path: Path }
  /** Puts a value at the end of a list, which is made where there is none. */
  | { readonly type: "add"; readonly path: Path; readonly value: unknown };

/** What an edit means, whatever its text looks like: `document.ts` is held to this. */
export function editValue(value: unknown, edit: Edit): unknown {
  switch (edit.type) {
    case "set":
      return put(value, edit.path, edit.value);
    case "delete":
      return remove(value, edit.path) ?? {};
    case "add": {
      const list = at(value, edit.path);
      return put(value, edit.path, [...(Array.isArray(list) ? list : []), edit.value]);
    }
  }
}

/** The value at a path; undefined where there is none. */
export function at(value: unknown, path: Path): unknown {
  let current = value;
  for (const step of path) {
    if (Array.isArray(current) && typeof step === "number") current = current[step];
    else if (isObject(current) && Object.hasOwn(current, step)) current = current[step];
    else return undefined;
  }
  return current;
}

/** The path with positions beyond the end of a list as its end: there are no holes. */
export function withoutHoles(value: unknown, path: Path): Path {
  let current = value;
  return path.map((step) => {
    const sure = typeof step === "number" ? Math.min(step, Array.isArray(current) ? current.length : 0) : step;
    current = at(current, [sure]);
    return sure;
  });
}

function put(value: unknown, [step, ...rest]: Path, replacement: unknown): unknown {
  if (step === undefined) return replacement;
  if (typeof step === "number") {
    const items: readonly unknown[] = Array.isArray(value) ? value : [];
    // As withoutHoles has it.
    const index = Math.min(step, items.length);
    return [...items.slice(0, index), put(items[index], rest, replacement), ...items.slice(index + 1)];
  }
  const own: Fields = fields(value);
  return { ...own, [step]: put(own[step], rest, replacement) };
}

/** Undefined: nothing is left of it. */
function remove(value: unknown, [step, ...rest]: Path): unknown {
  if (step === undefined) return undefined;
  if (Array.isArray(value) && typeof step === "number") return removeItem(value, step, rest);
  if (!isObject(value) || typeof step === "number" || !Object.hasOwn(value, step)) return value;
  const { [step]: old, ...others } = value;
  const left = remove(old, rest);
  if (left !== undefined) return { ...value, [step]: left };
  return Object.keys(others).length === 0 ? undefined : others;
}

function removeItem(items: readonly unknown[], index: number, rest: Path): unknown {
  if (index >= items.length) return items;
  const left = remove(items[index], rest);
  if (left !== undefined) return items.map((item, other) => (other === index ? left : item));
  return items.length === 1 ? undefined : items.filter((_, other) => other !== index);
}
