import type { ManagedFieldsEntry } from "../api/index.ts";
import { decodeFieldSet, difference, emptySet, type FieldSet, isEmpty, union } from "./field-set.ts";
import { equalJson, type JsonObject } from "./json.ts";
import { compareFields, fieldsOf, stripServerFields } from "./owned-fields.ts";
import type { TypeNode } from "./type-node.ts";

/** Who writes, and how. Two writes by equal managers share one entry. */
export interface Manager {
  readonly name: string;
  readonly operation: "Apply" | "Update";
  readonly apiVersion: string;
  readonly subresource?: string;
}

/** A decoded entry: what one manager owns. */
export interface Ownership {
  readonly manager: Manager;
  readonly fields: FieldSet;
  /** When `fields` last changed, RFC 3339. */
  readonly time: string;
}

/** Reads managedFields; entries that say nothing readable are left out. */
export function decodeManagedFields(entries: readonly ManagedFieldsEntry[] | undefined): readonly Ownership[] {
  return (entries ?? []).flatMap((entry) => {
    const fields = decodeFieldSet(entry.fieldsV1);
    if (fields === undefined || isEmpty(fields)) return [];
    const manager: Manager = {
      name: entry.manager ?? "",
      operation: entry.operation === "Apply" ? "Apply" : "Update",
      apiVersion: entry.apiVersion ?? "",
      ...(entry.subresource !== undefined && entry.subresource !== "" && { subresource: entry.subresource }),
    };
    return [{ manager, fields, time: entry.time ?? "" }];
  });
}

export function encodeManagedFields(ownerships: readonly Ownership[]): readonly ManagedFieldsEntry[] {
  return ownerships.map(({ manager, fields, time }) => ({
    manager: manager.name,
    operation: manager.operation,
    apiVersion: manager.apiVersion,
    ...(time !== "" && { time }),
    fieldsType: "FieldsV1",
    fieldsV1: fields,
    ...(manager.subresource !== undefined && { subresource: manager.subresource }),
  }));
}

export function sameManager(left: Manager, right: Manager): boolean {
  return (
    left.name === right.name &&
    left.operation === right.operation &&
    left.apiVersion === right.apiVersion &&
    left.subresource === right.subresource
  );
}

/** `ownerships` with what `manager` owns replaced; its time moves only when its fields do. */
export function withOwnership(
  ownerships: readonly Ownership[],
  manager: Manager,
  fields: FieldSet,
  time: string,
): readonly Ownership[] {
  const index = ownerships.findIndex((ownership) => sameManager(ownership.manager, manager));
  const previous = ownerships[index];
  if (isEmpty(fields)) return previous === undefined ? ownerships : ownerships.toSpliced(index, 1);
  if (previous === undefined) return [...ownerships, { manager, fields, time }];
  return equalJson(previous.fields, fields) ? ownerships : ownerships.with(index, { manager, fields, time });
}

export interface UpdateInput {
  readonly type: TypeNode;
  /** Undefined for a create. */
  readonly before: JsonObject | undefined;
  readonly after: JsonObject;
  readonly managed: readonly ManagedFieldsEntry[] | undefined;
  readonly manager: Manager;
  /** RFC 3339. */
  readonly time: string;
}

/**
 * managedFields after a write that is no apply: its manager owns what it added or changed, nobody else owns that any
 * more, and nobody owns what is gone. Such a write never conflicts.
 */
export function trackUpdate(input: UpdateInput): readonly ManagedFieldsEntry[] {
  const { type, before, after, manager, time } = input;
  if (before === undefined) {
    const fields = stripServerFields(fieldsOf(type, after));
    return encodeManagedFields(isEmpty(fields) ? [] : [{ manager, fields, time }]);
  }
  const compared = compareFields(type, before, after);
  const changed = stripServerFields(compared.changed);
  const removed = stripServerFields(compared.removed);
  const known = decodeManagedFields(input.managed);
  if (isEmpty(changed) && isEmpty(removed)) return input.managed ?? [];
  const own = known.find((ownership) => sameManager(ownership.manager, manager))?.fields ?? emptySet;
  const others = known.map((ownership) =>
    sameManager(ownership.manager, manager)
      ? ownership
      : { ...ownership, fields: difference(difference(ownership.fields, changed), removed) },
  );
  const next = withOwnership(others, manager, union(difference(own, removed), changed), time);
  return encodeManagedFields(foldOldUpdates(next.filter(({ fields }) => !isEmpty(fields))));
}

/** More entries of updates than this are folded into one, so that an object touched by many does not grow without end. */
const maxUpdateEntries = 10;
const foldedManager = "ancient-changes";

function foldOldUpdates(ownerships: readonly Ownership[]): readonly Ownership[] {
  const all = ownerships.filter(({ manager }) => manager.operation === "Update");
  if (all.length <= maxUpdateEntries) return ownerships;
  const updates = all.filter(({ manager }) => manager.name !== foldedManager);
  const oldest = updates.toSorted((left, right) => (left.time < right.time ? -1 : left.time > right.time ? 1 : 0));
  const folded = new Set(oldest.slice(0, updates.length - (maxUpdateEntries - 1)));
  let result: readonly Ownership[] = ownerships.filter((ownership) => !folded.has(ownership));
  for (const { manager, fields, time } of folded) {
    const heir: Manager = { name: foldedManager, operation: "Update", apiVersion: manager.apiVersion };
    const own = result.find((ownership) => sameManager(ownership.manager, heir))?.fields ?? emptySet;
    result = withOwnership(result, heir, union(own, fields), time);
  }
  return result;
}
