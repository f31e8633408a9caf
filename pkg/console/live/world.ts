import type { KindInfo, KubeObject } from "../../api/index.ts";

/** All objects of a kind that are known, by "namespace/name" (cluster-scoped: "name"). The same map is kept and changed. */
export type Objects<T extends KubeObject> = ReadonlyMap<string, T>;

export interface Change<T extends KubeObject> {
  readonly key: string;
  /** Undefined: it is gone. */
  readonly now: T | undefined;
  /** Undefined: it is new. */
  readonly before: T | undefined;
}

export interface KindView<T extends KubeObject> {
  readonly objects: Objects<T>;
  /** Counts turns in which something changed: what is computed from `objects` is as old as this. */
  readonly version: number;
  /** False until all that is there has been heard of once. */
  readonly isSynced: boolean;
  /** Why nothing more is heard; undefined while all is well. */
  readonly problem: Error | undefined;
}

export type ChangeListener<T extends KubeObject> = (changes: readonly Change<T>[]) => void;

/** What pages read: the present, or a moment of the past. */
export interface World {
  /** Whether this is over: what one does happens in another world. */
  readonly isPast: boolean;
  view<T extends KubeObject>(kind: KindInfo<T>): KindView<T>;
  /** Keeps a kind followed until the returned function is called; the listener is called at most once a frame. */
  subscribe<T extends KubeObject>(kind: KindInfo<T>, listener: ChangeListener<T>): () => void;
  /** Milliseconds since the epoch: what "now" is here. */
  now(): number;
}
