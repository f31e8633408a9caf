import { type Event, kinds } from "../api/index.ts";
import { type ApiClient, listAll } from "../client/index.ts";

/** An Event, or what stands for all that were left unread, and the revision at which it was written. */
export interface ReadEvent {
  readonly revision: number;
  /** Absent: there was none up to this revision. */
  readonly event?: Event;
}

export interface ReaderOptions {
  readonly api: Pick<ApiClient, "list" | "watch">;
  readonly namespace: string;
  /** Events that are held at once; those beyond stay in the API until there is room. */
  readonly limit: number;
  readonly signal: AbortSignal;
}

/**
 * Events written after a revision, in order, until `limit` wait to be taken: the caller then takes these, and begins anew
 * where they end. What waits is in the API and not in memory. Also ends with the watch; rejects as the API does.
 */
export async function* readEvents(after: number, options: ReaderOptions): AsyncGenerator<ReadEvent, void> {
  const { api, namespace, limit, signal } = options;
  const { items, resourceVersion } = await listAll(api, kinds.Event, { namespace, signal });
  const listedAt = Number(resourceVersion);
  // A position beyond all that is there is from before a restore of an older state: all that is there is news.
  const position = after > listedAt ? 0 : after;
  const missed = items.map(readOf).filter(({ revision }) => revision > position);
  missed.sort((left, right) => left.revision - right.revision);
  yield* missed.slice(0, limit);
  if (missed.length > limit) return;
  yield { revision: listedAt };
  yield* new BoundedWatch(options, resourceVersion).read();
}

function readOf(event: Event): ReadEvent {
  return { revision: Number(event.metadata.resourceVersion), event };
}

/** Reads a watch ahead of who takes from it, so far and no farther. */
class BoundedWatch {
  readonly #options: ReaderOptions;
  readonly #full = new AbortController();
  readonly #waiting: ReadEvent[] = [];
  readonly #reading: Promise<void>;
  #isDone = false;
  #wake: () => void = () => {};

  constructor(options: ReaderOptions, resourceVersion: string) {
    this.#options = options;
    this.#reading = this.#readAhead(resourceVersion).finally(() => {
      this.#isDone = true;
      this.#wake();
    });
    // Who takes meets the error when all before it has been taken.
    this.#reading.catch(() => undefined);
  }

  async *read(): AsyncGenerator<ReadEvent, void> {
    try {
      for (;;) {
        const next = this.#waiting.shift();
        if (next !== undefined) yield next;
        else if (this.#isDone) return await this.#reading;
        else
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
      }
    } finally {
      this.#full.abort();
    }
  }

  async #readAhead(resourceVersion: string): Promise<void> {
    const { api, namespace, limit } = this.#options;
    const signal = AbortSignal.any([this.#options.signal, this.#full.signal]);
    for await (const { type, object } of api.watch(kinds.Event, { namespace, resourceVersion, signal })) {
      if (type === "DELETED") continue;
      const revision = Number(object.metadata.resourceVersion);
      this.#waiting.push(type === "BOOKMARK" ? { revision } : { revision, event: object });
      this.#wake();
      if (this.#waiting.length >= limit) return;
    }
  }
}
