import type { KubeObject } from "../api/index.ts";
import type { Cache } from "./cache.ts";

/** Called after the cache has changed. Creation: no `before`. Deletion: no `after`. Must not throw. */
export type ChangeHandler<T> = (before: T | undefined, after: T | undefined) => void;

/** Where one kind is read from, and what tells of its changes. */
export interface ObjectSource<T extends KubeObject> {
  /** Resolves when the cache says what is there. */
  readonly synced: Promise<void>;
  readonly isSynced: boolean;
  readonly cache: Cache<T>;
  /** Calls the handler for each change. Returns what ends it. */
  subscribe(handler: ChangeHandler<T>): () => void;
  start(): void;
  stop(): Promise<void>;
  /** The answer to a write of this process, which the cache must not lag behind. */
  observeWrite(object: T): void;
  /** This process has deleted the object with this uid. */
  observeDelete(uid: string): void;
}
