import { StatusError } from "../status/index.ts";
import type { Entry } from "../store/index.ts";
import type { Backend } from "./backend.ts";
import { badRequest, invalidParameter } from "./errors.ts";
import { asApiObject, type ObjectState, stateIn } from "./object-state.ts";
import { hasKey, type Selection } from "./selection.ts";

export interface ListRequest {
  readonly limit?: number | undefined;
  readonly continue?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly resourceVersionMatch?: string | undefined;
}

export interface ObjectPage {
  readonly items: readonly ObjectState[];
  /** Revision of the snapshot that all pages of a list come from. */
  readonly revision: number;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/** Lists what is selected: all of it, or a page. All pages come from the snapshot of the first. */
export function listObjects(backend: Backend, selection: Selection, request: ListRequest): ObjectPage {
  const start = readContinue(request);
  const revision = start?.revision ?? exactRevision(backend, request);
  const limit = request.limit === undefined || request.limit <= 0 ? undefined : request.limit;
  if (selection.key !== undefined && revision === undefined) return single(backend, selection);
  const page = collect(backend, selection, {
    limit,
    ...(revision !== undefined && { revision }),
    ...(start !== undefined && { after: start.after }),
  });
  return {
    items: page.items,
    revision: page.revision,
    ...(page.next !== undefined && { continue: writeContinue({ revision: page.revision, after: page.next }) }),
    // What is left is not known where some of it may not be selected.
    ...(page.next !== undefined && selection.matches === undefined && { remainingItemCount: page.remaining }),
  };
}

function single(backend: Backend, selection: Selection): ObjectPage {
  const entry = backend.store.get(selection.prefix);
  const found = entry !== undefined && isSelected(selection, entry, entry.value);
  return { items: found ? [stateIn(backend, selection.kind, entry)] : [], revision: backend.store.revision };
}

interface Snapshot {
  readonly limit: number | undefined;
  readonly revision?: number;
  readonly after?: string;
}

interface Collected {
  readonly items: readonly ObjectState[];
  readonly revision: number;
  /** Key after which the next page goes on; undefined at the end. */
  readonly next: string | undefined;
  readonly remaining: number;
}

/** Reads on until a page is full of selected objects, or all were seen. */
function collect(backend: Backend, selection: Selection, snapshot: Snapshot): Collected {
  const { limit } = snapshot;
  const items: ObjectState[] = [];
  let { revision, after } = snapshot;
  for (;;) {
    const result = backend.store.list(selection.prefix, {
      ...(limit !== undefined && { limit: limit - items.length }),
      ...(revision !== undefined && { revision }),
      ...(after !== undefined && { after }),
    });
    revision = result.revision;
    for (const entry of selectedOf(selection, result.entries)) items.push(stateIn(backend, selection.kind, entry));
    const last = result.entries.at(-1)?.key;
    const isFull = limit !== undefined && items.length >= limit;
    if (!result.more || isFull || last === undefined)
      return { items, revision, next: result.more ? last : undefined, remaining: result.remaining };
    after = last;
  }
}

function selectedOf(selection: Selection, entries: readonly Entry[]): readonly Entry[] {
  if (selection.matches === undefined && selection.key === undefined) return entries;
  return entries.filter((entry) => isSelected(selection, entry, selection.matches && entry.peek()));
}

/** Whether the selection has an entry, of which `value` is the value; needed only where something must match. */
export function isSelected(selection: Selection, entry: Entry, value: Entry["value"] | undefined): boolean {
  if (!hasKey(selection, entry.key)) return false;
  return selection.matches === undefined || (value !== undefined && selection.matches(asApiObject(value)));
}

/** The revision that must be listed exactly; undefined where the newest will do. Throws where it is not there yet. */
function exactRevision(backend: Backend, request: ListRequest): number | undefined {
  const { resourceVersion = "", resourceVersionMatch: match = "" } = request;
  if (match !== "" && match !== "Exact" && match !== "NotOlderThan")
    throw invalidParameter(
      "resourceVersionMatch",
      `Unsupported value: ${JSON.stringify(match)}: supported values: "Exact", "NotOlderThan", ""`,
    );
  if (match !== "" && resourceVersion === "")
    throw invalidParameter(
      "resourceVersionMatch",
      "Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided",
    );
  if (match === "Exact" && resourceVersion === "0")
    throw invalidParameter(
      "resourceVersionMatch",
      'Forbidden: resourceVersionMatch "Exact" is forbidden for resourceVersion "0"',
    );
  const revision = parseRevision(resourceVersion);
  checkReached(backend, revision);
  return match === "Exact" ? revision : undefined;
}

/** Reads a resourceVersion; 0 where there is none. */
export function parseRevision(text: string): number {
  if (text === "") return 0;
  const revision = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(revision))
    throw badRequest(`resourceVersion: Invalid value: ${JSON.stringify(text)}: it is not a number`);
  return revision;
}

/** Throws Timeout, which clients retry, where a revision lies in the future. */
export function checkReached(backend: Backend, revision: number): void {
  const { revision: current } = backend.store;
  if (revision <= current) return;
  const message = `Too large resource version: ${revision}, current: ${current}`;
  throw new StatusError("Timeout", message, {
    details: { causes: [{ reason: "ResourceVersionTooLarge", message }], retryAfterSeconds: 1 },
  });
}

interface Position {
  readonly revision: number;
  readonly after: string;
}

function writeContinue(position: Position): string {
  return Buffer.from(JSON.stringify({ v: 1, rv: position.revision, after: position.after })).toString("base64url");
}

function readContinue(request: ListRequest): Position | undefined {
  const { continue: token, resourceVersion = "", resourceVersionMatch = "" } = request;
  if (token === undefined || token === "") return undefined;
  if (resourceVersionMatch !== "")
    throw invalidParameter("resourceVersionMatch", "Forbidden: resourceVersionMatch is forbidden for continue");
  if (resourceVersion !== "" && resourceVersion !== "0")
    throw badRequest("specifying resource version is not allowed when using continue");
  const position = parseToken(token);
  if (position === undefined) throw badRequest("continue key is not valid");
  return position;
}

function parseToken(token: string): Position | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, "base64url").toString());
    if (typeof value !== "object" || value === null) return undefined;
    const { v, rv, after } = value as Readonly<Record<string, unknown>>;
    return v === 1 && typeof rv === "number" && typeof after === "string" ? { revision: rv, after } : undefined;
  } catch {
    return undefined;
  }
}
