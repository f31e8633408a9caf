import type { KindInfo } from "../../api/index.ts";
import type { Caller, CredentialRoot } from "../../auth/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Entry, Watcher } from "../../store/index.ts";
import type { ApiObject, Backend } from "../backend.ts";
import { prefixOf, storeKey } from "../keys.ts";

/**
 * What goes on for long under a credential ends with the credential: when the object that it stands on is deleted, or
 * its time is up. New requests are not its business: they are authenticated one by one.
 */
export class OpenCredentials {
  readonly #backend: Backend;
  readonly #watchers = new Map<KindInfo, Watcher>();
  /** What ends the streams that stand on an object, by its key. */
  readonly #ends = new Map<string, Map<() => void, CredentialRoot>>();

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** Calls `end` when the caller's credential ends. Returns what stops that. Throws Unauthorized where it has ended. */
  hold({ root, expiresAt }: Caller, end: () => void): () => void {
    const releases = [
      ...(expiresAt === undefined ? [] : [this.#endAt(expiresAt, end)]),
      ...(root === undefined ? [] : [this.#endWith(root, end)]),
    ];
    return () => {
      for (const release of releases) release();
    };
  }

  close(): void {
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #endAt(at: number, end: () => void): () => void {
    const { clock } = this.#backend;
    // A timer may fire early: one that is far away is cut short.
    const check = (): void => {
      const left = at - clock.now();
      if (left <= 0) end();
      else cancel = clock.setTimer(left, check);
    };
    let cancel = clock.setTimer(Math.max(0, at - clock.now()), check);
    return () => cancel();
  }

  #endWith(root: CredentialRoot, end: () => void): () => void {
    this.#watch(root.kind);
    const key = storeKey(root.kind, root.key);
    if (!isSame(this.#backend.store.get(key), root)) throw new StatusError("Unauthorized", "Unauthorized");
    const ends = this.#ends.get(key) ?? new Map<() => void, CredentialRoot>();
    ends.set(end, root);
    this.#ends.set(key, ends);
    return () => {
      ends.delete(end);
      if (ends.size === 0 && this.#ends.get(key) === ends) this.#ends.delete(key);
    };
  }

  #watch(kind: KindInfo): void {
    if (this.#watchers.has(kind)) return;
    const { store } = this.#backend;
    const watcher = store.watch(prefixOf(kind), store.revision, {
      onChanges: (changes) => {
        for (const { key, current } of changes) this.#endAll(key, current);
      },
      onEnd: () => {},
    });
    this.#watchers.set(kind, watcher);
  }

  #endAll(key: string, current: Entry | undefined): void {
    for (const [end, root] of [...(this.#ends.get(key) ?? [])]) if (!isSame(current, root)) end();
  }
}

/** One that is being deleted is as good as gone, whatever still holds it. */
function isSame(entry: Entry | undefined, root: CredentialRoot): boolean {
  if (entry === undefined) return false;
  const { uid, deletionTimestamp } = (entry.value as ApiObject).metadata;
  return uid === root.uid && deletionTimestamp === undefined;
}
