import { apiVersionOf, type KindInfo } from "../api/index.ts";
import type { Change, Entry, Watcher } from "../store/index.ts";
import type { ApiObject, Backend } from "./backend.ts";
import { invalidParameter } from "./errors.ts";
import { checkReached, listObjects, parseRevision, selectedIn } from "./list.ts";
import { objectIn, withMetadata } from "./objects.ts";
import type { Selection } from "./selection.ts";

export interface ObjectEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK";
  readonly object: ApiObject;
}

export interface WatchRequest {
  /** Unset or "0": first everything that is there. */
  readonly resourceVersion?: string | undefined;
  readonly resourceVersionMatch?: string | undefined;
  /** True: everything that is there, then a bookmark that says so. False: nothing of what is there. */
  readonly sendInitialEvents?: boolean | undefined;
}

export interface WatchListener {
  /** Must not wait; the listener buffers. */
  onEvents(events: readonly ObjectEvent[]): void;
  /** The server is closing. */
  onEnd(): void;
}

export interface ObjectWatch {
  /** Newest revision that was looked at: where a watch can go on. */
  readonly revision: number;
  close(): void;
}

/** Ends the part of a watch that shows what was there; for clients that watch instead of listing. */
const initialEventsEnd = "k8s.io/initial-events-end";

/** Watches what is selected. Throws Expired where `resourceVersion` is older than history. */
export function watchObjects(
  backend: Backend,
  selection: Selection,
  request: WatchRequest,
  listener: WatchListener,
): ObjectWatch {
  const { sendInitialEvents } = request;
  const asked = parseRevision(request.resourceVersion ?? "");
  if (sendInitialEvents !== undefined && request.resourceVersionMatch !== "NotOlderThan")
    throw invalidParameter(
      "resourceVersionMatch",
      'Forbidden: sendInitialEvents requires setting resourceVersionMatch to "NotOlderThan"',
    );
  checkReached(backend, asked);
  const isInitial = sendInitialEvents ?? asked === 0;
  let position = isInitial || asked === 0 ? backend.store.revision : asked;
  if (isInitial) {
    const { objects } = listObjects(backend, selection, {});
    listener.onEvents(objects.map((object) => ({ type: "ADDED", object })));
    if (sendInitialEvents === true) listener.onEvents([bookmark(selection.kind, position, true)]);
  }
  const watcher = startWatch(backend, selection, position, listener, (revision) => {
    position = revision;
  });
  return {
    // Nothing of ours lies between the last change seen and the newest revision.
    get revision() {
      return Math.max(position, backend.store.revision);
    },
    close: () => watcher.close(),
  };
}

function startWatch(
  backend: Backend,
  selection: Selection,
  after: number,
  listener: WatchListener,
  onRevision: (revision: number) => void,
): Watcher {
  return backend.store.watch(selection.prefix, after, {
    onChanges(changes, revision) {
      onRevision(revision);
      const events = changes.flatMap((change) => eventOf(backend, selection, change) ?? []);
      if (events.length > 0) listener.onEvents(events);
    },
    onEnd: () => listener.onEnd(),
  });
}

/** A bookmark: an object of the kind that says only how far the watch has come. */
export function bookmark(kind: KindInfo, revision: number, isInitialEnd = false): ObjectEvent {
  return {
    type: "BOOKMARK",
    object: {
      apiVersion: apiVersionOf(kind),
      kind: kind.kind,
      metadata: {
        resourceVersion: String(revision),
        ...(isInitialEnd && { annotations: { [initialEventsEnd]: "true" } }),
      },
    },
  };
}

/** What a change is to this selection: an object that enters it is added, one that leaves it is deleted. */
function eventOf(backend: Backend, selection: Selection, change: Change): ObjectEvent | undefined {
  const { kind } = selection;
  const now = change.current && selectedIn(backend, selection, change.current);
  const before = change.previous && selectedIn(backend, selection, change.previous);
  if (now !== undefined) return { type: before === undefined ? "ADDED" : "MODIFIED", object: now };
  if (before === undefined || change.previous === undefined) return undefined;
  // Left the selection: shown as it is now, if it is; else as it was last.
  if (change.current !== undefined) return { type: "DELETED", object: objectIn(backend, kind, change.current) };
  return { type: "DELETED", object: lastState(change.previous, before, change.revision) };
}

/** Last states by the entry that was deleted, so that all watchers of it share one object, and its text. */
const lastStates = new WeakMap<Entry, ApiObject>();

function lastState(entry: Entry, object: ApiObject, revision: number): ApiObject {
  const known = lastStates.get(entry);
  if (known !== undefined) return known;
  const last = withMetadata(object, { ...object.metadata, resourceVersion: String(revision) });
  lastStates.set(entry, last);
  return last;
}
