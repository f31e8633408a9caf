import { StatusError } from "../status/index.ts";
import type { Change, CommitResult, Entry, JsonObject, Precondition, Write } from "./store.ts";
import { type EntryFields, StoredEntry } from "./stored-entry.ts";
import type { LogRow } from "./worker-protocol.ts";

/** A commit that has been decided and is not durable yet. */
export interface DecidedCommit {
  readonly revision: number;
  readonly changes: readonly Change[];
  readonly entries: CommitResult["entries"];
  readonly rows: readonly LogRow[];
  /** Length of the values as text. */
  readonly bytes: number;
}

interface PendingEntry {
  readonly revision: number;
  readonly entry: Entry | undefined;
}

/**
 * The state as it will be when all pending commits are durable. Conflicts are decided against it, synchronously: there
 * is no await between the decision and the entry into the head, which is what makes commits atomic.
 */
export class PendingHead {
  readonly #durable: (key: string) => Entry | undefined;
  readonly #pending = new Map<string, PendingEntry>();
  #revision: number;

  constructor(revision: number, durable: (key: string) => Entry | undefined) {
    this.#revision = revision;
    this.#durable = durable;
  }

  get(key: string): Entry | undefined {
    const pending = this.#pending.get(key);
    return pending === undefined ? this.#durable(key) : pending.entry;
  }

  isPending(key: string): boolean {
    return this.#pending.has(key);
  }

  /** Decides a commit and enters it; throws StatusError Conflict, and whatever a value function throws. */
  decide(preconditions: readonly Precondition[], writes: readonly Write[]): DecidedCommit {
    for (const { key, revision } of preconditions) {
      const found = this.get(key)?.revision ?? 0;
      if (found === revision) continue;
      throw new StatusError("Conflict", conflictText(key, revision, found), { details: { name: key } });
    }
    if (writes.length > 1 && new Set(writes.map(({ key }) => key)).size < writes.length) {
      throw new Error("a commit writes the same key twice");
    }
    const commit = this.#evaluate(writes, this.#revision + 1);
    if (commit.changes.length === 0) return { ...commit, revision: this.#revision };
    this.#revision = commit.revision;
    for (const { key, current } of commit.changes) {
      this.#pending.set(key, { revision: commit.revision, entry: current });
    }
    return commit;
  }

  /** The commit is durable and applied to what `durable` reads. */
  settle({ changes, revision }: DecidedCommit): void {
    for (const { key } of changes) if (this.#pending.get(key)?.revision === revision) this.#pending.delete(key);
  }

  /**
   * Forgets all that is pending. Their revisions are not used again: somebody may have seen them in `head` and come
   * back with them as preconditions.
   */
  discard(): void {
    this.#pending.clear();
  }

  #evaluate(writes: readonly Write[], revision: number): DecidedCommit {
    const changes: Change[] = [];
    const rows: LogRow[] = [];
    const entries: (Entry | undefined)[] = [];
    let bytes = 0;
    for (const { key, value, expiresAt } of writes) {
      const previous = this.get(key);
      const createRevision = previous?.createRevision ?? revision;
      const current = value && entryOf({ key, revision, createRevision }, value(revision));
      entries.push(current);
      if (current === undefined && previous === undefined) continue;
      const text = current?.text ?? null;
      bytes += text?.length ?? 0;
      changes.push(Object.freeze({ revision, key, current, previous }));
      rows.push({
        revision,
        key,
        previous: previous?.revision ?? 0,
        created: createRevision,
        expires: expiresAt ?? null,
        value: text,
      });
    }
    return { revision, changes: Object.freeze(changes), entries, rows, bytes };
  }
}

function entryOf(fields: Omit<EntryFields, "text">, value: JsonObject): StoredEntry {
  return new StoredEntry({ ...fields, text: JSON.stringify(value) }, value);
}

function conflictText(key: string, wanted: number, found: number): string {
  if (wanted === 0) return `${key} exists already`;
  if (found === 0) return `${key} does not exist any more`;
  return `${key} has changed: it is at revision ${found}, not ${wanted}`;
}
