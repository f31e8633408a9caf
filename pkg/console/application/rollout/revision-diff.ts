import type { ApplicationRevision } from "../../../api/index.ts";
import { hunksOf, type LineEdit, lineEdits } from "../../../merge/index.ts";
import { yamlLines } from "../yaml-text.ts";

/** What two revisions differ in, as lines with their context, and counted. */
export interface RevisionDiff {
  readonly hunks: readonly (readonly LineEdit[])[];
  readonly added: number;
  readonly removed: number;
}

/** Undefined `before`: everything is new. */
export function revisionDiff(before: ApplicationRevision | undefined, after: ApplicationRevision): RevisionDiff {
  const edits = lineEdits(before === undefined ? [] : linesOf(before), linesOf(after));
  const count = (mark: LineEdit["mark"]): number => edits.filter((edit) => edit.mark === mark).length;
  return { hunks: hunksOf(edits), added: count("+"), removed: count("-") };
}

function linesOf({ spec }: ApplicationRevision): readonly string[] {
  const { components, phases, software = [], restartedAt } = spec;
  return yamlLines({ components, phases, software, ...(restartedAt !== undefined && { restartedAt }) });
}

/** One value that another took the place of. */
export interface ValueChange {
  /** "phases.serve.processes.main.command": elements of lists are told apart by their names where they have some. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** The values in which two revisions differ; what is new or gone as a whole is one. */
export function changesBetween(before: ApplicationRevision, after: ApplicationRevision): readonly ValueChange[] {
  const content = ({ spec }: ApplicationRevision): unknown => {
    const { applicationName: _, revision: _number, hash: _hash, ...rest } = spec;
    return rest;
  };
  return changesIn(content(before), content(after), "");
}

function changesIn(before: unknown, after: unknown, path: string): readonly ValueChange[] {
  if (before === after) return [];
  const [left, right] = [fieldsOf(before), fieldsOf(after)];
  if (left === undefined || right === undefined)
    return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, before, after }];
  const names = new Set([...left.keys(), ...right.keys()]);
  return [...names].flatMap((name) =>
    changesIn(left.get(name), right.get(name), path === "" ? name : `${path}.${name}`),
  );
}

/** Fields of an object, or the elements of a list that have names; undefined: it is compared as a whole. */
function fieldsOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (!Array.isArray(value)) return new Map(Object.entries(value));
  const named = value.map((item): [unknown, unknown] => [(item as { name?: unknown } | null)?.name, item]);
  const names = new Set(named.map(([name]) => name));
  if (names.size < value.length || value.length === 0) return value.length === 0 ? new Map() : undefined;
  return named.every((entry): entry is [string, unknown] => typeof entry[0] === "string") ? new Map(named) : undefined;
}
