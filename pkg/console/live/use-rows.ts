import { useCallback, useMemo, useSyncExternalStore } from "react";
import type { KindInfo, KubeObject } from "../../api/index.ts";
import { type Row, type RowRules, SortedRows } from "./sorted-rows.ts";
import { useWorld } from "./use-world.ts";
import type { Change, Objects, World } from "./world.ts";

/**
 * The objects of a kind that pass, in order; drawn anew when one of them changed. The array is kept and changed: the rows
 * in it are as they were. `rules`: keep them with useMemo. While `isHeld` nothing moves.
 */
export function useRows<T extends KubeObject>(
  kind: KindInfo<T>,
  rules: RowRules<T>,
  isHeld = false,
): readonly Row<T>[] {
  const world = useWorld();
  const source = useMemo(() => new RowSource(world, kind, rules), [world, kind, rules]);
  const subscribe = useCallback(
    // What is held is followed all the same: what is missed is made up for.
    (wake: () => void) => (isHeld ? world.subscribe(kind, ignore) : source.subscribe(wake)),
    [source, world, kind, isHeld],
  );
  useSyncExternalStore(subscribe, source.version);
  return source.rows();
}

const ignore = (): void => undefined;

class RowSource<T extends KubeObject> {
  readonly #world: World;
  readonly #kind: KindInfo<T>;
  readonly #rules: RowRules<T>;
  #sorted: SortedRows<T> | undefined;
  /** The turn of the world that the rows are of. */
  #seen = -1;
  #objects: Objects<T> | undefined;
  #version = 0;

  constructor(world: World, kind: KindInfo<T>, rules: RowRules<T>) {
    this.#world = world;
    this.#kind = kind;
    this.#rules = rules;
  }

  readonly version = (): number => this.#version;

  rows(): readonly Row<T>[] {
    return this.#current().rows;
  }

  subscribe(wake: () => void): () => void {
    const leave = this.#world.subscribe(this.#kind, (changes) => this.#take(changes) && wake());
    // What was missed between drawing and now.
    if (this.#world.view(this.#kind).version !== this.#seen) {
      this.#forget();
      wake();
    }
    return leave;
  }

  /** Whether anything changed that is shown. */
  #take(changes: readonly Change<T>[]): boolean {
    const { version, objects } = this.#world.view(this.#kind);
    const isNext = version === this.#seen + 1 && objects === this.#objects;
    this.#seen = version;
    if (!isNext || this.#sorted === undefined) this.#forget();
    else if (!this.#sorted.apply(changes)) return false;
    this.#version++;
    return true;
  }

  /** Turns that were not heard of are made up for by looking at all of it. */
  #forget(): void {
    this.#sorted = undefined;
    this.#version++;
  }

  #current(): SortedRows<T> {
    if (this.#sorted !== undefined) return this.#sorted;
    const { objects, version } = this.#world.view(this.#kind);
    this.#objects = objects;
    this.#seen = version;
    this.#sorted = new SortedRows(this.#rules, objects);
    return this.#sorted;
  }
}
