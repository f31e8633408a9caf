import type { ManagedFieldsEntry } from "../api/index.ts";
import { difference, emptySet, intersection, isEmpty, pathsOf, showPath, union } from "./field-set.ts";
import { equalJson, isObject, type JsonObject } from "./json.ts";
import {
  decodeManagedFields,
  encodeManagedFields,
  type Manager,
  type Ownership,
  sameManager,
  withOwnership,
} from "./managed-fields.ts";
import { compareFields, fieldsOf, stripServerFields, valueAt } from "./owned-fields.ts";
import type { TypeNode } from "./type-node.ts";
import { dropNulls, keepMetadata, mergeApplied, prune } from "./typed-merge.ts";

export interface ApplyInput {
  readonly type: TypeNode;
  /** Undefined where the object does not exist yet. */
  readonly live: JsonObject | undefined;
  /** What is applied, without fields that the endpoint cannot write. */
  readonly applied: JsonObject;
  readonly managed: readonly ManagedFieldsEntry[] | undefined;
  /** `operation` is Apply. */
  readonly manager: Manager;
  /** Take fields over from those who own them now. */
  readonly force: boolean;
  /** RFC 3339. */
  readonly time: string;
}

/** A field that another manager owns with another value. */
export interface ApplyConflict {
  readonly manager: Manager;
  readonly field: string;
}

export type ApplyOutcome =
  | { readonly object: JsonObject; readonly managedFields: readonly ManagedFieldsEntry[] }
  | { readonly conflicts: readonly ApplyConflict[] };

/** Server-side apply: merges, takes away what this manager applied before and left out now, and settles who owns what. */
export function applyConfiguration(input: ApplyInput): ApplyOutcome {
  const { type, live, applied, manager, time } = input;
  const fields = stripServerFields(fieldsOf(type, applied));
  const known = decodeManagedFields(input.managed);
  if (live === undefined) {
    const object = dropNulls(applied);
    if (!isObject(object)) throw new Error("an applied configuration is an object");
    return { object, managedFields: encodeManagedFields(withOwnership([], manager, fields, time)) };
  }
  const others = known.filter((ownership) => !sameManager(ownership.manager, manager));
  const previous = known.find((ownership) => sameManager(ownership.manager, manager))?.fields ?? emptySet;
  const keep = keepMetadata(others.reduce((set, ownership) => union(set, ownership.fields), fields));
  const object = prune(type, mergeApplied(type, live, applied), previous, keep);

  const compared = compareFields(type, live, object);
  const changed = stripServerFields(compared.changed);
  const removed = stripServerFields(compared.removed);
  if (!input.force) {
    const conflicts = conflictsOf(others, changed, input);
    if (conflicts.length > 0) return { conflicts };
  }
  const remaining = known.map((ownership) =>
    sameManager(ownership.manager, manager)
      ? ownership
      : { ...ownership, fields: difference(difference(ownership.fields, changed), removed) },
  );
  const next = withOwnership(remaining, manager, fields, time).filter((ownership) => !isEmpty(ownership.fields));
  return { object, managedFields: encodeManagedFields(next) };
}

function conflictsOf(
  others: readonly Ownership[],
  changed: ReturnType<typeof fieldsOf>,
  input: ApplyInput,
): readonly ApplyConflict[] {
  return others.flatMap(({ manager, fields }) =>
    pathsOf(intersection(fields, changed))
      .filter((path) => !wasAppliedByClient(input, path))
      .map((path) => ({ manager, field: showPath(path) })),
  );
}

/**
 * A field that `kubectl apply` without --server-side put there and that stands as it put it is kubectl's own: it may
 * take it over. This lets people turn to server-side apply without forcing.
 */
function wasAppliedByClient({ type, live, manager }: ApplyInput, path: readonly string[]): boolean {
  if (manager.name !== "kubectl" || live === undefined) return false;
  const last = lastApplied(live);
  if (last === undefined) return false;
  const value = valueAt(type, last, path);
  return value !== undefined && equalJson(value, valueAt(type, live, path));
}

/** The annotation in which client-side apply keeps what it applied last. */
export const lastAppliedAnnotation = "kubectl.kubernetes.io/last-applied-configuration";

function lastApplied(object: JsonObject): JsonObject | undefined {
  const text = annotationsOf(object)[lastAppliedAnnotation];
  if (typeof text !== "string") return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Keeps client-side apply's annotation true: where `object` has it, it is set to what was applied now, so that a
 * later client-side apply computes right deletions.
 */
export function refreshLastApplied(object: JsonObject, applied: JsonObject): JsonObject {
  const annotations = annotationsOf(object);
  if (annotations[lastAppliedAnnotation] === undefined) return object;
  const { [lastAppliedAnnotation]: _own, ...others } = annotationsOf(applied);
  const metadata = isObject(applied["metadata"]) ? applied["metadata"] : {};
  const configuration = { ...applied, metadata: { ...metadata, annotations: others } };
  return {
    ...object,
    metadata: {
      ...(isObject(object["metadata"]) && object["metadata"]),
      annotations: { ...annotations, [lastAppliedAnnotation]: `${JSON.stringify(configuration)}\n` },
    },
  };
}

function annotationsOf(object: JsonObject): JsonObject {
  const metadata = object["metadata"];
  const annotations = isObject(metadata) ? metadata["annotations"] : undefined;
  return isObject(annotations) ? annotations : {};
}
