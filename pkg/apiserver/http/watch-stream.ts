import type { Clock } from "../../clock/index.ts";
import type { Backend } from "../backend.ts";
import type { Selection } from "../selection.ts";
import { bookmark, type ObjectEvent, type ObjectWatch, type WatchRequest, watchObjects } from "../watch.ts";
import type { WatchCarrier } from "./watch-carrier.ts";

const bookmarkIntervalMs = 60_000;
/** A watch without a timeout of its own ends after a time between these, so that clients spread over restarts. */
const minLifetimeMs = 30 * 60_000;
const maxLifetimeMs = 60 * 60_000;
/** No timer runs for more than some weeks, whatever a client asks. */
const longestLifetimeMs = 24 * 3_600_000;
/** Bytes that a client may leave unread before it is dropped; it comes back and lists. */
const maxUnreadBytes = 8 * 1024 * 1024;
/** What an ended watch may still take to be read to its end. */
const endGraceMs = 10_000;

/** Who is told of watches. */
export interface WatchHooks {
  /** One begins, and how it is ended; returns what to call when it has ended. */
  readonly onWatch: (end: () => void) => () => void;
  /** One was ended because its client did not read. */
  readonly onDropped: () => void;
  /** One was sent to a watch. */
  readonly onEvent: () => void;
}

export interface WatchStreamOptions extends Omit<WatchHooks, "onWatch"> {
  readonly backend: Backend;
  readonly clock: Clock;
  readonly selection: Selection;
  readonly request: WatchRequest;
  readonly allowBookmarks: boolean;
  /** Seconds after which the stream ends; undefined or 0: as the server likes. */
  readonly timeoutSeconds: number | undefined;
  /** One event as it goes over the wire, with its newline. */
  readonly encode: (event: ObjectEvent) => Buffer;
}

/**
 * Answers a watch: one event after another until the client goes, the time is up or the server closes. Throws, before
 * anything is written, where the watch cannot start. Returns what ends it.
 */
export function streamWatch(carrier: WatchCarrier, options: WatchStreamOptions): () => void {
  const stream = new WatchStream(carrier, options);
  return () => stream.end();
}

class WatchStream {
  readonly #carrier: WatchCarrier;
  readonly #options: WatchStreamOptions;
  #watch: ObjectWatch | undefined;
  #cancelTimers = (): void => {};
  /** Events of the start come while the watch is being made; they wait until it is known that it can start. */
  #early: Buffer[] | undefined = [];
  #unreadLimit = maxUnreadBytes;
  /** Something was unread when it was last looked, and the client has not come to its end since. */
  #isBehind = false;

  constructor(carrier: WatchCarrier, options: WatchStreamOptions) {
    this.#carrier = carrier;
    this.#options = options;
    this.#watch = watchObjects(options.backend, options.selection, options.request, {
      onEvents: (events) => {
        for (const event of events) this.#tell(event);
      },
      onEnd: () => this.end(),
    });
    this.#begin();
    this.#cancelTimers = startTimers(
      options.clock,
      lifetimeMs(options),
      () => {
        this.#tellPosition();
        this.end();
      },
      () => this.#look(),
    );
    carrier.onDrain(() => {
      this.#isBehind = false;
    });
    carrier.onceClosed(() => this.#finish());
  }

  /** Ends the stream in order; a client that does not read to the end is cut off. */
  end(): void {
    const carrier = this.#carrier;
    if (carrier.isEnded) return;
    this.#finish();
    carrier.end();
    carrier.onceClosed(this.#options.clock.setTimer(endGraceMs, () => carrier.destroy()));
  }

  #begin(): void {
    this.#carrier.begin(this.#early ?? []);
    this.#early = undefined;
    // The first state may be larger than what a client may leave unread later.
    this.#unreadLimit += this.#carrier.unread;
  }

  #tell(event: ObjectEvent): void {
    if (event.type === "BOOKMARK" && !this.#options.allowBookmarks) return;
    const line = this.#options.encode(event);
    this.#options.onEvent();
    if (this.#early !== undefined) {
      this.#early.push(line);
      return;
    }
    this.#carrier.write(line);
    if (this.#carrier.unread > this.#unreadLimit) this.#drop();
  }

  #tellPosition(): void {
    if (this.#watch !== undefined) this.#tell(bookmark(this.#options.selection.kind, this.#watch.revision));
  }

  /** From time to time: says how far the watch has come, and drops a client that reads nothing at all. */
  #look(): void {
    if (this.#isBehind) this.#drop();
    this.#isBehind = this.#carrier.isBehind;
    this.#tellPosition();
  }

  #drop(): void {
    if (this.#watch === undefined) return;
    this.#options.onDropped();
    this.#finish();
    this.#carrier.destroy();
  }

  #finish(): void {
    this.#cancelTimers();
    this.#watch?.close();
    this.#watch = undefined;
  }
}

function lifetimeMs({ timeoutSeconds, backend }: WatchStreamOptions): number {
  if (timeoutSeconds !== undefined && timeoutSeconds > 0) return Math.min(timeoutSeconds * 1000, longestLifetimeMs);
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
