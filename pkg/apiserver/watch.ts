import { apiVersionOf, type KindInfo } from "../api/index.ts";
import type { Change, Entry, Watcher } from "../store/index.ts";
import type { Backend } from "./backend.ts";
import { invalidParameter } from "./errors.ts";
import { checkReached, isSelected, listObjects, parseRevision } from "./list.ts";
import { type ObjectState, stateIn, stateOf } from "./object-state.ts";
import { withMetadata } from "./objects.ts";
import type { Selection } from "./selection.ts";

export interface ObjectEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK";
  readonly state: ObjectState;
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
  checkMatch(request);
  const asked = parseRevision(request.resourceVersion ?? "");
  checkReached(backend, asked);
  const isInitial = sendInitialEvents ?? asked === 0;
  let position = isInitial || asked === 0 ? backend.store.revision : asked;
  if (isInitial) {
    const { items } = listObjects(backend, selection, {});
    listener.onEvents(items.map((state) => ({ type: "ADDED", state })));
    if (sendInitialEvents === true) listener.onEvents([bookmark(selection.kind, position, true)]);
  }
  const watcher = startWatch(backend, selection, position, listener, (revision) => {
    position = revision;
  });
  return {
    get revision() {
      // Nothing of ours lies between the last change seen and the newest revision, once history has been read.
      return watcher.isLive ? Math.max(position, backend.store.revision) : position;
    },
    close: () => watcher.close(),
  };
}

function checkMatch({ sendInitialEvents, resourceVersionMatch: match = "" }: WatchRequest): void {
  if (sendInitialEvents === undefined) {
    if (match === "") return;
    throw invalidParameter(
      "resourceVersionMatch",
      "Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided",
      "ListOptions",
    );
  }
  if (match === "NotOlderThan") return;
  throw match === ""
    ? invalidParameter(
        "resourceVersionMatch",
        'Forbidden: sendInitialEvents requires setting resourceVersionMatch to "NotOlderThan"',
        "ListOptions",
      )
    : invalidParameter(
        "resourceVersionMatch",
        `Unsupported value: ${JSON.stringify(match)}: supported values: "NotOlderThan"`,
        "ListOptions",
      );
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
    state: stateOf({
      apiVersion: apiVersionOf(kind),
      kind: kind.kind,
      metadata: {
        resourceVersion: String(revision),
        ...(isInitialEnd && { annotations: { [initialEventsEnd]: "true" } }),
      },
    }),
  };
}

/** What a change is to this selection: an object that enters it is added, one that leaves it is deleted. */
function eventOf(backend: Backend, selection: Selection, change: Change): ObjectEvent | undefined {
  const { kind } = selection;
  const { current, previous } = change;
  const isNow = current !== undefined && has(selection, current);
  const wasBefore = previous !== undefined && has(selection, previous);
  if (isNow) return { type: wasBefore ? "MODIFIED" : "ADDED", state: stateIn(backend, kind, current) };
  if (!wasBefore) return undefined;
  // Left the selection: shown as it is now, if it is; else as it was last.
  if (current !== undefined) return { type: "DELETED", state: stateIn(backend, kind, current) };
  return { type: "DELETED", state: lastState(backend, kind, previous, change.revision) };
}

function has(selection: Selection, entry: Entry): boolean {
  return isSelected(selection, entry, selection.matches && entry.value);
}

/** Last states by the entry that was deleted and the kind it is shown as: all watchers share one object, and its text. */
const lastStates = new WeakMap<Entry, Map<KindInfo, ObjectState>>();

function lastState(backend: Backend, kind: KindInfo, entry: Entry, revision: number): ObjectState {
  const states = lastStates.get(entry) ?? new Map<KindInfo, ObjectState>();
  const known = states.get(kind);
  if (known !== undefined) return known;
  const { object } = stateIn(backend, kind, entry);
  const last = stateOf(withMetadata(object, { ...object.metadata, resourceVersion: String(revision) }));
  lastStates.set(entry, states.set(kind, last));
  return last;
}
