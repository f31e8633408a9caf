import type { Logger } from "../log/index.ts";
import type { StatusError } from "../status/index.ts";
import { CatchUp } from "./catch-up.ts";
import type { CommitRecord, History } from "./history.ts";
import type { Watcher, WatchHandler } from "./store.ts";
import { Watchers } from "./watchers.ts";
import type { WorkerRequests } from "./worker-requests.ts";

export interface WatchesParts {
  readonly log: Logger;
  readonly history: History;
  readonly requests: WorkerRequests;
  /** Newest durable revision. */
  readonly revision: () => number;
  /** Oldest revision that is still known. */
  readonly compacted: () => number;
  /** Why there are no more watches; undefined while there are. */
  readonly ended: () => StatusError | undefined;
}

/** All watches: those that are told of what is published, and those that have history to read before that. */
export class Watches {
  readonly #parts: WatchesParts;
  readonly #live: Watchers;
  readonly #catchingUp = new Set<CatchUp>();

  constructor(parts: WatchesParts) {
    this.#parts = parts;
    this.#live = new Watchers(parts.log);
  }

  get count(): number {
    return this.#live.count + this.#catchingUp.size;
  }

  /** Changes after a revision, which is still known. */
  add(prefix: string, after: number, handler: WatchHandler): Watcher {
    const isInMemory = after >= this.#parts.history.start;
    return isInMemory ? this.#addLive(prefix, after, handler) : this.#catchUp(prefix, after, handler);
  }

  publish(record: CommitRecord): void {
    this.#live.publish(record);
  }

  end(): void {
    this.#live.end();
    for (const catchUp of this.#catchingUp) catchUp.end();
  }

  #addLive(prefix: string, after: number, handler: WatchHandler): Watcher {
    const { history, revision, ended } = this.#parts;
    const reason = ended();
    if (reason !== undefined) throw reason;
    return this.#live.add(prefix, handler, history.since(after, prefix), Math.max(after, revision()));
  }

  #catchUp(prefix: string, after: number, handler: WatchHandler): Watcher {
    const { log, history, requests, compacted, ended } = this.#parts;
    const catchUp: CatchUp = new CatchUp(after, {
      prefix,
      handler,
      memoryStart: () => history.start,
      compacted,
      readLog: (range, from) => requests.readLog(range, from),
      watch: (position) => this.#addLive(prefix, position, handler),
      onDone: (error) => {
        this.#catchingUp.delete(catchUp);
        if (error !== undefined && ended() === undefined)
          log.error({ err: error, prefix }, "history could not be read; the watch is ended");
      },
    });
    this.#catchingUp.add(catchUp);
    return catchUp;
  }
}
