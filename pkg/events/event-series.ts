import type { KubeObject } from "../api/index.ts";

/** Tokens an object starts with, and how long one takes to come back: as Kubernetes' spam filter. */
const burst = 25;
const refillMs = 5 * 60_000;
/** A repeat after this long is a new Event. */
const windowMs = 10 * 60_000;
/** Series and objects remembered; the least recently used go first. */
const maxRemembered = 4096;

/** Where the Event of a series is, and how often it has happened. */
export interface Series {
  readonly name: string;
  readonly count: number;
  readonly lastMs: number;
}

interface Bucket {
  readonly tokens: number;
  readonly atMs: number;
}

/** What has been recorded lately: which Event a repeat belongs to, and whether an object has had its share. */
export class SeriesMemory {
  readonly #series = new Map<string, Series>();
  readonly #buckets = new Map<string, Bucket>();

  /** Takes one of the object's tokens; false: it has none left. */
  allow(object: KubeObject, nowMs: number): boolean {
    const id = object.metadata.uid ?? "";
    const { tokens, atMs } = this.#buckets.get(id) ?? { tokens: burst, atMs: nowMs };
    const filled = Math.min(burst, tokens + (nowMs - atMs) / refillMs);
    const allowed = filled >= 1;
    remember(this.#buckets, id, { tokens: allowed ? filled - 1 : filled, atMs: nowMs });
    return allowed;
  }

  /** The series to go on with; undefined: it is new, or its last Event is too long ago. */
  find(id: string, nowMs: number): Series | undefined {
    const series = this.#series.get(id);
    return series !== undefined && nowMs - series.lastMs <= windowMs ? series : undefined;
  }

  set(id: string, series: Series): void {
    remember(this.#series, id, series);
  }

  forget(id: string): void {
    this.#series.delete(id);
  }
}

/** Maps keep insertion order: the first is the least recently used. */
function remember<T>(map: Map<string, T>, id: string, value: T): void {
  map.delete(id);
  map.set(id, value);
  if (map.size <= maxRemembered) return;
  const [oldest = ""] = map.keys();
  map.delete(oldest);
}
