import type { ServerResponse } from "node:http";
import type { Clock } from "../../clock/index.ts";
import type { Backend } from "../backend.ts";
import type { Selection } from "../selection.ts";
import { bookmark, type ObjectEvent, type ObjectWatch, type WatchRequest, watchObjects } from "../watch.ts";

const bookmarkIntervalMs = 60_000;
/** A watch without a timeout of its own ends after a time between these, so that clients spread over restarts. */
const minLifetimeMs = 30 * 60_000;
const maxLifetimeMs = 60 * 60_000;
/** Bytes that a client may leave unread before it is dropped; it comes back and lists. */
const maxUnreadBytes = 8 * 1024 * 1024;

export interface WatchStreamOptions {
  readonly backend: Backend;
  readonly clock: Clock;
  readonly selection: Selection;
  readonly request: WatchRequest;
  readonly allowBookmarks: boolean;
  /** Seconds after which the stream ends; undefined or 0: as the server likes. */
  readonly timeoutSeconds: number | undefined;
  /** One event as it goes over the wire, with its newline. */
  readonly encode: (event: ObjectEvent) => Buffer;
  readonly onDropped: () => void;
}

/**
 * Answers a watch: one JSON line an event until the client goes, the time is up or the server closes. Throws, before
 * anything is written, where the watch cannot start. Returns what ends it.
 */
export function streamWatch(response: ServerResponse, options: WatchStreamOptions): () => void {
  const { clock, encode } = options;
  let watch: ObjectWatch | undefined;
  let cancelTimers = (): void => {};
  // Events of the start come while the watch is being made; they wait until the head is written.
  let early: Buffer[] | undefined = [];
  let unreadLimit = maxUnreadBytes;

  const finish = (): void => {
    cancelTimers();
    watch?.close();
    watch = undefined;
  };
  const end = (): void => {
    finish();
    response.end();
  };
  const write = (line: Buffer): void => {
    if (early !== undefined) {
      early.push(line);
      return;
    }
    response.write(line);
    if (response.writableLength <= unreadLimit) return;
    options.onDropped();
    finish();
    response.destroy();
  };

  watch = watchObjects(options.backend, options.selection, options.request, {
    onEvents: (events) => {
      for (const event of events) if (event.type !== "BOOKMARK" || options.allowBookmarks) write(encode(event));
    },
    onEnd: end,
  });
  response.writeHead(200, { "content-type": "application/json", "cache-control": "no-cache, private" });
  response.flushHeaders();
  const head = early;
  early = undefined;
  if (head.length > 0) response.write(Buffer.concat(head));
  // The first state may be larger than what a client may leave unread later.
  unreadLimit += response.writableLength;

  cancelTimers = startTimers(clock, lifetimeMs(options), end, () => {
    if (options.allowBookmarks && watch !== undefined) write(encode(bookmark(options.selection.kind, watch.revision)));
  });
  response.once("close", finish);
  return end;
}

function lifetimeMs({ timeoutSeconds, backend }: WatchStreamOptions): number {
  if (timeoutSeconds !== undefined && timeoutSeconds > 0) return timeoutSeconds * 1000;
  return minLifetimeMs + backend.random() * (maxLifetimeMs - minLifetimeMs);
}

function startTimers(clock: Clock, lifetime: number, onEnd: () => void, onBookmark: () => void): () => void {
  let cancelBookmark = (): void => {};
  const schedule = (): void => {
    cancelBookmark = clock.setTimer(bookmarkIntervalMs, () => {
      onBookmark();
      schedule();
    });
  };
  const cancelEnd = clock.setTimer(lifetime, onEnd);
  schedule();
  return () => {
    cancelEnd();
    cancelBookmark();
  };
}
