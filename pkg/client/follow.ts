import { type KindInfo, type KubeObject, keyOf, keyText } from "../api/index.ts";
import { type Clock, sleep } from "../clock/index.ts";
import { isReason, StatusError } from "../status/index.ts";
import type { ApiClient, ListOptions, WatchEvent } from "./api-client.ts";

export interface FollowOptions extends ListOptions {
  readonly clock: Clock;
  /** How long a server may be away before the follower gives up; default for ever. */
  readonly patienceMs?: number;
}

export type FollowEvent<T extends KubeObject> =
  | { readonly type: "put" | "gone"; readonly object: T }
  /** All that is there has been given; from here on events are news. */
  | { readonly type: "synced" };

/** Before a server that is away is asked again, and between watches: one that ends them at once must not be hammered. */
const retryMs = 500;

/**
 * List, then watch, for as long as the caller takes events: a watch that ends goes on from the last revision, and one that
 * is too old is listed anew, with `gone` for what vanished in between. An object may be given twice unchanged.
 */
export async function* follow<T extends KubeObject>(
  client: ApiClient,
  kind: KindInfo<T>,
  options: FollowOptions,
): AsyncGenerator<FollowEvent<T>> {
  const follower = new Follower(client, kind, options);
  while (options.signal?.aborted !== true) {
    try {
      yield* follower.pass();
    } catch (error) {
      if (options.signal?.aborted) return;
      follower.judge(StatusError.from(error));
    }
    await sleep(options.clock, retryMs, options.signal).catch(() => undefined);
  }
}

class Follower<T extends KubeObject> {
  readonly #client: ApiClient;
  readonly #kind: KindInfo<T>;
  readonly #selection: ListOptions;
  readonly #clock: Clock;
  readonly #patienceMs: number;
  readonly #known = new Map<string, T>();
  /** Undefined: the next pass lists. */
  #revision: string | undefined;
  /** Since when every attempt has failed. */
  #awaySince: number | undefined;

  constructor(client: ApiClient, kind: KindInfo<T>, options: FollowOptions) {
    const { clock, patienceMs, ...selection } = options;
    this.#client = client;
    this.#kind = kind;
    this.#selection = selection;
    this.#clock = clock;
    this.#patienceMs = patienceMs ?? Number.POSITIVE_INFINITY;
  }

  /** One list where it is due, and one watch to its end. */
  async *pass(): AsyncGenerator<FollowEvent<T>> {
    if (this.#revision === undefined) {
      const { resourceVersion, items } = await listAll(this.#client, this.#kind, this.#selection);
      this.#awaySince = undefined;
      yield* this.#replace(items);
      yield { type: "synced" };
      this.#revision = resourceVersion;
    }
    for await (const event of this.#client.watch(this.#kind, { ...this.#selection, resourceVersion: this.#revision })) {
      this.#awaySince = undefined;
      this.#revision = event.object.metadata.resourceVersion ?? this.#revision;
      const news = this.#take(event);
      if (news !== undefined) yield news;
    }
  }

  /** Throws what no waiting mends. */
  judge(error: StatusError): void {
    if (isReason(error, "Expired")) {
      this.#revision = undefined;
      return;
    }
    if (!error.retryable || error.reason === "InternalError") throw error;
    this.#awaySince ??= this.#clock.monotonic();
    if (this.#clock.monotonic() - this.#awaySince > this.#patienceMs) throw error;
  }

  #take(event: WatchEvent<T>): FollowEvent<T> | undefined {
    if (event.type === "BOOKMARK") return undefined;
    const key = keyText(keyOf(event.object));
    if (event.type === "DELETED") this.#known.delete(key);
    else this.#known.set(key, event.object);
    return { type: event.type === "DELETED" ? "gone" : "put", object: event.object };
  }

  *#replace(items: readonly T[]): Generator<FollowEvent<T>> {
    const now = new Set(items.map((item) => keyText(keyOf(item))));
    for (const [key, object] of this.#known) if (!now.has(key)) yield { type: "gone", object };
    this.#known.clear();
    for (const object of items) {
      this.#known.set(keyText(keyOf(object)), object);
      yield { type: "put", object };
    }
  }
}

const pageSize = 500;

/** Every page of a list, at one revision. */
export async function listAll<T extends KubeObject>(
  client: Pick<ApiClient, "list">,
  kind: KindInfo<T>,
  options: ListOptions,
): Promise<{ readonly resourceVersion: string; readonly items: readonly T[] }> {
  const items: T[] = [];
  let next: string | undefined;
  for (;;) {
    const page = await client.list(kind, {
      limit: pageSize,
      ...options,
      ...(next !== undefined && { continue: next }),
    });
    items.push(...page.items);
    next = page.metadata.continue;
    if (next === undefined) return { resourceVersion: page.metadata.resourceVersion, items };
  }
}
