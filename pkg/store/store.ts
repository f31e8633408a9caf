/** One object at one revision. */
export interface Entry {
  readonly key: string;
  /** Revision of the write that made this value. */
  readonly revision: number;
  readonly createRevision: number;
  /** The value as JSON: what the store keeps. */
  readonly text: string;
  /** Made of the text when it is read, and kept for a while: frozen, and mostly the same one for all who read it. */
  readonly value: JsonObject;
  /** The value for a short look, as over many entries: not kept, and not to be changed or handed on. */
  peek(): JsonObject;
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** `revision` 0: the key must not exist. */
export interface Precondition {
  readonly key: string;
  readonly revision: number;
}

/**
 * A put or, with `value: undefined`, a delete. A function receives the revision that the commit will have, so that an
 * object can carry it as its resourceVersion; it must be pure.
 */
export interface Write {
  readonly key: string;
  readonly value: ((revision: number) => JsonObject) | undefined;
  /** Milliseconds since 1970: the store deletes the key soon after. A later write without it keeps the key for good. */
  readonly expiresAt?: number;
}

export interface CommitResult {
  readonly revision: number;
  /** The entries as written, in the order of `writes`; undefined for deletes. */
  readonly entries: readonly (Entry | undefined)[];
}

export interface ListOptions {
  /** Exactly this revision; absent: the newest. Older than history: StatusError Expired. */
  readonly revision?: number;
  readonly limit?: number;
  /** Only keys after this one. */
  readonly after?: string;
}

export interface ListResult {
  readonly entries: readonly Entry[];
  readonly revision: number;
  /** True where `limit` cut the list. */
  readonly more: boolean;
  readonly remaining: number;
}

export interface Change {
  readonly revision: number;
  readonly key: string;
  /** The new value; undefined where the key was deleted. */
  readonly current: Entry | undefined;
  /** What stood there before; undefined where the key was created. */
  readonly previous: Entry | undefined;
}

/** A revision, and when it was the newest one. */
export interface RevisionMark {
  readonly revision: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface Watcher {
  /** False while history that is not in memory is being read: changes before the newest revision are still to come. */
  readonly isLive: boolean;
  /** Stops the watch; no call follows. */
  close(): void;
}

export interface WatchHandler {
  /** All changes of one commit, or of the history replayed, in order. Must not throw and must not wait. */
  onChanges(changes: readonly Change[], revision: number): void;
  /** The store is closing. */
  onEnd(): void;
}

/**
 * A log of revisions with the current state beside it. Lists and watches are served from memory; a write is visible
 * to them after it is durable. Conflicts are decided synchronously, against what has been decided before, durable or not.
 */
export interface Store {
  /** Newest durable revision. */
  readonly revision: number;
  /** Raised by each restore of a backup. */
  readonly term: number;
  /**
   * Raised by each restore beyond every epoch that a server before it can have given; 0: never restored. A binding below it
   * was made by a server of which this one knows a part alone.
   */
  readonly epochFloor: number;
  /** Made once when the data directory was made; names the cluster. */
  readonly clusterUid: string;
  /** Oldest revision that list and watch still know. */
  readonly compacted: number;

  /** When revisions were, every few seconds, in their order: what lies between two marks was written between their times. */
  readonly marks: readonly RevisionMark[];

  get(key: string): Entry | undefined;
  /** What `get` will answer when all pending commits are durable: the head to plan writes against. */
  head(key: string): Entry | undefined;
  /**
   * Resolves when what `head` answers for a key now is durable: who answers somebody by it, and writes nothing, waits for
   * that. Rejects where it was never to be.
   */
  settled(key: string): Promise<void>;
  list(prefix: string, options?: ListOptions): ListResult;
  /**
   * Has what `list` needs for a revision that is older than memory read by another thread; without it, `list` reads the file
   * itself, and all else waits. Throws Expired where the revision is older than history.
   */
  recall(prefix: string, revision: number): Promise<void>;
  /**
   * All writes or none. Throws StatusError Conflict (details.name = key) synchronously-decided where a precondition
   * does not hold at the head. Resolves when durable and visible.
   */
  commit(preconditions: readonly Precondition[], writes: readonly Write[]): Promise<CommitResult>;
  /**
   * Changes with revision > `after` under `prefix`: first from history, then live. What is in memory comes before `watch`
   * returns; older history is read by another thread, and comes after that. Throws Expired where `after` < compacted.
   */
  watch(prefix: string, after: number, handler: WatchHandler): Watcher;
  /** Copies the database, online and consistent, to a new file. */
  backup(file: string): Promise<void>;
  close(): Promise<void>;
}
