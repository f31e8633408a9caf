import type { KindInfo, KubeObject } from "../../api/index.ts";
import type { ApiClient } from "../../client/portable.ts";
import type { ChangeListener, KindView, World } from "../live/world.ts";
import { loadPast, type PastRange } from "./load-past.ts";
import type { PastObjects } from "./past-objects.ts";
import { revisionAt, type TimeLine } from "./time-line.ts";

export interface PastWorldOptions {
  readonly client: Pick<ApiClient, "list" | "watch">;
  readonly line: TimeLine;
  /** Of the time that can be moved through, in milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** Absent: objects of all namespaces. */
  readonly namespace?: string | undefined;
}

/** The world as it was at a moment that can be moved. A kind is read when somebody looks at it first. */
export class PastWorld implements World {
  readonly isPast = true;
  readonly from: number;
  readonly to: number;
  /** Whether the server knows less than was asked for. */
  readonly isShort: boolean;
  readonly line: TimeLine;
  readonly #options: PastWorldOptions;
  readonly #range: PastRange;
  readonly #kinds = new Map<string, PastKind<KubeObject>>();
  readonly #closing = new AbortController();
  #at: number;

  constructor(options: PastWorldOptions) {
    const { line, from, to } = options;
    this.#options = options;
    this.line = line;
    // Whole seconds, as a slider moves.
    this.from = to - Math.floor((to - Math.max(from, line[0]?.at ?? from)) / 1000) * 1000;
    this.to = to;
    this.isShort = this.from > from + 1000;
    this.#at = to;
    this.#range = { from: revisionAt(line, this.from), to: revisionAt(line, to) };
  }

  view<T extends KubeObject>(kind: KindInfo<T>): KindView<T> {
    return this.#kind(kind).view;
  }

  subscribe<T extends KubeObject>(kind: KindInfo<T>, listener: ChangeListener<T>): () => void {
    return this.#kind(kind).subscribe(listener);
  }

  /** Everything that happened to a kind in the whole time; undefined while it is being read. */
  past<T extends KubeObject>(kind: KindInfo<T>): PastObjects<T> | undefined {
    return this.#kind(kind).past;
  }

  now(): number {
    return this.#at;
  }

  /** Moves to a time. */
  seek(at: number): void {
    this.#at = Math.min(Math.max(at, this.from), this.to);
    for (const kind of this.#kinds.values()) kind.seek(this.#revision);
  }

  close(): void {
    this.#closing.abort();
  }

  get #revision(): number {
    return revisionAt(this.line, this.#at);
  }

  #kind<T extends KubeObject>(kind: KindInfo<T>): PastKind<T> {
    const name = `${kind.group}/${kind.plural}`;
    const known = this.#kinds.get(name) as PastKind<T> | undefined;
    if (known !== undefined) return known;
    const { client, namespace } = this.#options;
    const scope = kind.namespaced && namespace !== undefined ? { namespace } : {};
    const loading = loadPast(client, kind, this.#range, { ...scope, signal: this.#closing.signal });
    const made = new PastKind(loading, () => this.#revision);
    this.#kinds.set(name, made as unknown as PastKind<KubeObject>);
    return made;
  }
}

class PastKind<T extends KubeObject> {
  readonly #listeners = new Set<ChangeListener<T>>();
  past: PastObjects<T> | undefined;
  view: KindView<T> = { objects: new Map(), version: 0, isSynced: false, problem: undefined };

  constructor(loading: Promise<PastObjects<T>>, revision: () => number) {
    loading.then(
      (past) => {
        this.past = past;
        past.seek(revision());
        this.#tell({ objects: past.objects, isSynced: true });
      },
      (error: unknown) => this.#tell({ problem: error instanceof Error ? error : new Error(String(error)) }),
    );
  }

  subscribe(listener: ChangeListener<T>): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  seek(revision: number): void {
    const changes = this.past?.seek(revision) ?? [];
    if (changes.length > 0) this.#tell({}, changes);
  }

  #tell(news: Partial<KindView<T>>, changes: Parameters<ChangeListener<T>>[0] = []): void {
    this.view = { ...this.view, ...news, version: this.view.version + 1 };
    for (const listener of [...this.#listeners]) listener(changes);
  }
}
