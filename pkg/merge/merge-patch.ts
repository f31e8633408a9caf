import { equalJson, isObject, type JsonObject } from "./json.ts";

/** RFC 7386: objects are merged, null deletes, everything else replaces. Never changes its input. */
export function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const result = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) result.delete(name);
    else result.set(name, applyMergePatch(result.get(name), value));
  }
  return Object.fromEntries(result);
}

/** The smallest merge patch that makes `after` of `before`; {} where they are equal. Nulls in `after` count as absent. */
export function makeMergePatch(before: JsonObject, after: JsonObject): JsonObject {
  const patch: [string, unknown][] = [];
  for (const name of Object.keys(before)) {
    if (before[name] !== null && (after[name] === undefined || after[name] === null)) patch.push([name, null]);
  }
  for (const [name, value] of Object.entries(after)) {
    const previous = before[name];
    if (value === undefined || value === null || equalJson(previous, value)) continue;
    patch.push([name, isObject(previous) && isObject(value) ? makeMergePatch(previous, value) : value]);
  }
  return Object.fromEntries(patch);
}
