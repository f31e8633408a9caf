import { isReason, StatusError } from "../status/index.ts";
import type { Entry } from "../store/index.ts";
import type { Backend } from "./backend.ts";
import { type Position, readContinue, writeContinue } from "./continue-token.ts";
import { badRequest, invalidParameter } from "./errors.ts";
import { asApiObject, type ObjectState, stateIn } from "./object-state.ts";
import { hasKey, type Selection } from "./selection.ts";

export interface ListRequest {
  readonly limit?: number | undefined;
  readonly continue?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly resourceVersionMatch?: string | undefined;
  /** Of watches; a list that carries it is refused. */
  readonly sendInitialEvents?: boolean | undefined;
}

export interface ObjectPage {
  readonly items: readonly ObjectState[];
  /** Revision of the snapshot that all pages of a list come from. */
  readonly revision: number;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/**
 * Lists what is selected: all of it, or a page. All pages come from the snapshot of the first; where that is no longer
 * known, throws Expired with a token by which the list goes on in what is there now.
 */
export function listObjects(backend: Backend, selection: Selection, request: ListRequest): ObjectPage {
  if (request.sendInitialEvents !== undefined)
    throw invalidParameter("sendInitialEvents", "Forbidden: sendInitialEvents is forbidden for list", "ListOptions");
  const start = readContinue(request, selection, backend.store.revision);
  try {
    return listFrom(backend, selection, request, start);
  } catch (error) {
    if (start === undefined || !isReason(error, "Expired")) throw error;
    throw new StatusError("Expired", startOver, { continue: writeContinue({ ...start, revision: undefined }) });
  }
}

const startOver =
  "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.";

/**
 * To be awaited before a list of the past is made: what is older than memory is read by another thread. What is wrong with
 * the request is left for the list to say.
 */
export async function recallList(backend: Backend, selection: Selection, request: ListRequest): Promise<void> {
  if (request.continue === undefined && request.resourceVersionMatch !== "Exact") return;
  try {
    const start = readContinue(request, selection, backend.store.revision);
    const revision = start === undefined ? exactRevision(backend, request) : start.revision;
    if (revision !== undefined) await backend.store.recall(selection.prefix, revision);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
  }
}

function listFrom(
  backend: Backend,
  selection: Selection,
  request: ListRequest,
  start: Position | undefined,
): ObjectPage {
  const revision = start === undefined ? exactRevision(backend, request) : start.revision;
  const limit = request.limit === undefined || request.limit <= 0 ? undefined : request.limit;
  if (selection.key !== undefined && revision === undefined && start === undefined) return single(backend, selection);
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
      "ListOptions",
    );
  if (match !== "" && resourceVersion === "")
    throw invalidParameter(
      "resourceVersionMatch",
      "Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided",
      "ListOptions",
    );
  if (match === "Exact" && resourceVersion === "0")
    throw invalidParameter(
      "resourceVersionMatch",
      'Forbidden: resourceVersionMatch "Exact" is forbidden for resourceVersion "0"',
      "ListOptions",
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
