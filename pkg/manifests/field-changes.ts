import { equalJson, isObject, type JsonObject } from "../merge/index.ts";
import type { FieldChange } from "../protocol/index.ts";

/** Where two values differ, field by field; what only one of them has is told whole. Items that have names are told by them. */
export function fieldChanges(before: unknown, after: unknown, path = ""): readonly FieldChange[] {
  if (equalJson(before, after)) return [];
  if (isObject(before) && isObject(after)) return memberChanges(before, after, path);
  if (Array.isArray(before) && Array.isArray(after)) return itemChanges(before, after, path);
  return [{ path, ...(before !== undefined && { from: before }), ...(after !== undefined && { to: after }) }];
}

function memberChanges(before: JsonObject, after: JsonObject, path: string): readonly FieldChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) => fieldChanges(before[name], after[name], memberPath(path, name)));
}

function memberPath(path: string, name: string): string {
  if (!/^[\w-]+$/.test(name)) return `${path}[${JSON.stringify(name)}]`;
  return path === "" ? name : `${path}.${name}`;
}

function itemChanges(before: readonly unknown[], after: readonly unknown[], path: string): readonly FieldChange[] {
  const [was, is] = [byName(before), byName(after)];
  if (was === undefined || is === undefined) {
    // A list of plain values is one value: a command is not read word by word.
    if (![...before, ...after].every(isObject)) return [{ path, from: before, to: after }];
    const longer = before.length > after.length ? before : after;
    return longer.flatMap((_, index) => fieldChanges(before[index], after[index], `${path}[${index}]`));
  }
  const names = [...new Set([...was.keys(), ...is.keys()])];
  const changes = names.flatMap((name) => fieldChanges(was.get(name), is.get(name), `${path}[${name}]`));
  // The same items in another order.
  return changes.length === 0 ? [{ path, from: [...was.keys()], to: [...is.keys()] }] : changes;
}

function byName(items: readonly unknown[]): ReadonlyMap<string, unknown> | undefined {
  const named = new Map<string, unknown>();
  for (const item of items) {
    const name = isObject(item) ? (item["name"] ?? item["path"]) : undefined;
    if (typeof name !== "string" || named.has(name)) return undefined;
    named.set(name, item);
  }
  return named;
}
