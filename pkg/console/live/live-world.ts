import { type KindInfo, type KubeObject, keyOf, keyText } from "../../api/index.ts";
import { type ApiClient, follow } from "../../client/portable.ts";
import type { Clock } from "../../clock/index.ts";
import type { Change, ChangeListener, KindView, World } from "./world.ts";

export interface LiveWorldOptions {
  readonly client: ApiClient;
  readonly clock: Clock;
  /** Runs a function before the next frame is drawn, whatever number of changes came until then. */
  readonly beforeFrame: (run: () => void) => void;
  /** Absent: objects of all namespaces. */
  readonly namespace?: string | undefined;
}

/** A kind nobody looks at any more is followed on for so long: who comes back finds it as it is. */
const lingerMs = 60_000;

/** The present: each kind that somebody looks at is listed once and then watched. */
export class LiveWorld implements World {
  readonly isPast = false;
  readonly #options: LiveWorldOptions;
  readonly #kinds = new Map<string, FollowedKind<KubeObject>>();

  constructor(options: LiveWorldOptions) {
    this.#options = options;
  }

  view<T extends KubeObject>(kind: KindInfo<T>): KindView<T> {
    return this.#followed(kind).view;
  }

  subscribe<T extends KubeObject>(kind: KindInfo<T>, listener: ChangeListener<T>): () => void {
    return this.#followed(kind).subscribe(listener);
  }

  now(): number {
    return this.#options.clock.now();
  }

  close(): void {
    for (const followed of this.#kinds.values()) followed.stop();
    this.#kinds.clear();
  }

  #followed<T extends KubeObject>(kind: KindInfo<T>): FollowedKind<T> {
    const name = `${kind.group}/${kind.plural}`;
    const known = this.#kinds.get(name) as FollowedKind<T> | undefined;
    if (known !== undefined) return known;
    const followed = new FollowedKind(kind, this.#options);
    this.#kinds.set(name, followed as unknown as FollowedKind<KubeObject>);
    return followed;
  }
}

class FollowedKind<T extends KubeObject> {
  readonly #kind: KindInfo<T>;
  readonly #options: LiveWorldOptions;
  readonly #objects = new Map<string, T>();
  readonly #listeners = new Set<ChangeListener<T>>();
  /** What listeners have not been told yet, the latest of each object. */
  #untold = new Map<string, Change<T>>();
  #isDue = false;
  #running: AbortController | undefined;
  #leave: ReturnType<typeof setTimeout> | undefined;
  view: KindView<T> = { objects: this.#objects, version: 0, isSynced: false, problem: undefined };

  constructor(kind: KindInfo<T>, options: LiveWorldOptions) {
    this.#kind = kind;
    this.#options = options;
  }

  subscribe(listener: ChangeListener<T>): () => void {
    this.#listeners.add(listener);
    clearTimeout(this.#leave);
    if (this.#running === undefined) void this.#run();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#leave = setTimeout(() => this.stop(), lingerMs);
    };
  }

  stop(): void {
    clearTimeout(this.#leave);
    this.#running?.abort();
    this.#running = undefined;
  }

  async #run(): Promise<void> {
    const running = new AbortController();
    this.#running = running;
    this.#tell({ problem: undefined });
    try {
      await this.#follow(running.signal);
    } catch (error) {
      if (!running.signal.aborted) this.#tell({ problem: error instanceof Error ? error : new Error(String(error)) });
    }
    if (this.#running === running) this.#running = undefined;
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { client, clock, namespace } = this.#options;
    const scope = this.#kind.namespaced && namespace !== undefined ? { namespace } : {};
    // From an earlier time: what is not heard of again went while nobody looked.
    const unheard = new Set(this.#objects.keys());
    for await (const event of follow(client, this.#kind, { ...scope, clock, signal })) {
      if (event.type === "synced") {
        for (const key of unheard) this.#set(key, undefined);
        unheard.clear();
        this.#tell({ isSynced: true });
      } else {
        const key = keyText(keyOf(event.object));
        unheard.delete(key);
        this.#set(key, event.type === "put" ? event.object : undefined);
      }
    }
  }

  #set(key: string, now: T | undefined): void {
    const before = this.#objects.get(key);
    if (before === now || (before !== undefined && before.metadata.resourceVersion === now?.metadata.resourceVersion))
      return;
    if (now === undefined) this.#objects.delete(key);
    else this.#objects.set(key, now);
    const first = this.#untold.get(key);
    this.#untold.set(key, { key, now, before: first === undefined ? before : first.before });
    this.#schedule();
  }

  #tell(news: Partial<Pick<KindView<T>, "isSynced" | "problem">>): void {
    this.view = { ...this.view, ...news };
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    this.#options.beforeFrame(() => {
      this.#isDue = false;
      const changes = [...this.#untold.values()];
      this.#untold = new Map();
      this.view = { ...this.view, version: this.view.version + 1 };
      for (const listener of [...this.#listeners]) listener(changes);
    });
  }
}
