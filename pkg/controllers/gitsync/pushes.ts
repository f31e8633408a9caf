import type { ObjectKey } from "../../api/index.ts";

/** What servers of repositories have told of pushes, until somebody has looked. */
export class Pushes {
  readonly #waiting = new Set<string>();
  readonly #listeners = new Set<(key: ObjectKey) => void>();

  /** Has a sync's repository asked at once. */
  add(key: ObjectKey): void {
    this.#waiting.add(textOf(key));
    for (const listener of this.#listeners) listener(key);
  }

  has(key: ObjectKey): boolean {
    return this.#waiting.has(textOf(key));
  }

  /** To be called before the repository is asked: what comes later is another push. */
  forget(key: ObjectKey): void {
    this.#waiting.delete(textOf(key));
  }

  /** Returns what ends it. */
  listen(listener: (key: ObjectKey) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}

function textOf({ namespace, name }: ObjectKey): string {
  return `${namespace}/${name}`;
}
