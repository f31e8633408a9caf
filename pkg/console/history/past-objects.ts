import type { KubeObject } from "../../api/index.ts";
import type { Change, Objects } from "../live/world.ts";

/** One write of an object in the past. */
export interface PastChange<T extends KubeObject> {
  readonly revision: number;
  readonly key: string;
  /** Undefined: it was deleted. */
  readonly now: T | undefined;
}

/** The objects of a kind as they were at a revision that can be moved to and fro. */
export class PastObjects<T extends KubeObject> {
  readonly #objects: Map<string, T>;
  readonly #changes: readonly Change<T>[];
  readonly #revisions: readonly number[];
  /** How many of the changes have happened. */
  #done = 0;

  /** `start`: what was there before the first change; `changes` in the order of their revisions. */
  constructor(start: ReadonlyMap<string, T>, changes: readonly PastChange<T>[]) {
    this.#objects = new Map(start);
    this.#revisions = changes.map(({ revision }) => revision);
    const latest = new Map<string, T | undefined>(start);
    this.#changes = changes.map(({ key, now }) => {
      const before = latest.get(key);
      latest.set(key, now);
      return { key, before, now };
    });
  }

  get objects(): Objects<T> {
    return this.#objects;
  }

  /** Each change with its revision, for pictures of the whole time. */
  *all(): Generator<Change<T> & { readonly revision: number }> {
    for (const [index, change] of this.#changes.entries()) yield { ...change, revision: this.#revisions[index] ?? 0 };
  }

  /** Moves to a revision; returns what is different from before, each object once. */
  seek(revision: number): readonly Change<T>[] {
    const moved = new Map<string, Change<T>>();
    const move = (key: string, before: T | undefined, now: T | undefined): void => {
      moved.set(key, { key, before: moved.has(key) ? moved.get(key)?.before : before, now });
      if (now === undefined) this.#objects.delete(key);
      else this.#objects.set(key, now);
    };
    for (; (this.#revisions[this.#done] ?? Number.POSITIVE_INFINITY) <= revision; this.#done++) {
      const { key, before, now } = this.#changes[this.#done] as Change<T>;
      move(key, before, now);
    }
    for (; this.#done > 0 && (this.#revisions[this.#done - 1] ?? 0) > revision; this.#done--) {
      const { key, before, now } = this.#changes[this.#done - 1] as Change<T>;
      move(key, now, before);
    }
    return [...moved.values()].filter(({ before, now }) => before !== now);
  }
}
