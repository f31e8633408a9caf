import type { KindInfo, KubeObject } from "../../api/index.ts";
import type { Change, World } from "./world.ts";

/** How the objects of a kind fall into groups. Kept as a constant of a module: it is known by its identity. */
export interface Grouping<T extends KubeObject> {
  readonly kind: KindInfo<T>;
  /** Undefined: it is in none. */
  groupOf(object: T): string | undefined;
}

const nobody: readonly never[] = [];
const byWorld = new WeakMap<World, Map<unknown, unknown>>();

/** The groups of a world: worked out once, however many ask. */
export function groupsIn<T extends KubeObject>(world: World, grouping: Grouping<T>): Groups<T> {
  const known = byWorld.get(world) ?? new Map<unknown, unknown>();
  byWorld.set(world, known);
  const groups = (known.get(grouping) as Groups<T> | undefined) ?? new Groups(world, grouping);
  known.set(grouping, groups);
  return groups;
}

/** Objects by group, kept up to date change by change while somebody looks at one of them. */
export class Groups<T extends KubeObject> {
  readonly #world: World;
  readonly #grouping: Grouping<T>;
  readonly #members = new Map<string, Map<string, T>>();
  /** What was given out; a group that changes is given out as another array. */
  readonly #arrays = new Map<string, readonly T[]>();
  readonly #groupByKey = new Map<string, string>();
  readonly #listeners = new Map<string, Set<() => void>>();
  #leave: (() => void) | undefined;
  #builtVersion = -1;

  constructor(world: World, grouping: Grouping<T>) {
    this.#world = world;
    this.#grouping = grouping;
  }

  /** In no order that is promised; the same array until one of them changes. */
  members(group: string): readonly T[] {
    if (this.#leave === undefined) this.#build();
    const known = this.#arrays.get(group);
    if (known !== undefined) return known;
    const members = this.#members.get(group);
    if (members === undefined) return nobody;
    const array = [...members.values()];
    this.#arrays.set(group, array);
    return array;
  }

  /** Keeps the kind followed; `wake` is called when the group has changed, at most once a frame. */
  subscribe(group: string, wake: () => void): () => void {
    const listeners = this.#listeners.get(group) ?? new Set();
    this.#listeners.set(group, listeners.add(wake));
    if (this.#leave === undefined) {
      this.#build();
      this.#leave = this.#world.subscribe(this.#grouping.kind, (changes) => this.#take(changes));
    }
    return () => {
      listeners.delete(wake);
      if (listeners.size === 0) this.#listeners.delete(group);
      if (this.#listeners.size > 0) return;
      this.#leave?.();
      this.#leave = undefined;
    };
  }

  /** Nobody told of changes since the last time that anybody looked. */
  #build(): void {
    const { objects, version } = this.#world.view(this.#grouping.kind);
    if (version === this.#builtVersion) return;
    this.#builtVersion = version;
    this.#members.clear();
    this.#arrays.clear();
    this.#groupByKey.clear();
    for (const [key, object] of objects) this.#put(key, object);
  }

  #take(changes: readonly Change<T>[]): void {
    const touched = new Set(changes.flatMap((change) => this.#move(change)));
    this.#builtVersion = this.#world.view(this.#grouping.kind).version;
    for (const group of touched) this.#arrays.delete(group);
    for (const group of touched) for (const wake of [...(this.#listeners.get(group) ?? [])]) wake();
  }

  /** The groups that it left, came to, or is changed in. */
  #move({ key, now }: Change<T>): readonly string[] {
    const before = this.#groupByKey.get(key);
    const after = now === undefined ? undefined : this.#grouping.groupOf(now);
    if (before !== undefined && before !== after) this.#remove(key, before);
    if (now !== undefined) this.#put(key, now);
    return [before, after].filter((group) => group !== undefined);
  }

  #put(key: string, object: T): void {
    const group = this.#grouping.groupOf(object);
    if (group === undefined) return;
    const members = this.#members.get(group) ?? new Map<string, T>();
    this.#members.set(group, members.set(key, object));
    this.#groupByKey.set(key, group);
  }

  #remove(key: string, group: string): void {
    const members = this.#members.get(group);
    members?.delete(key);
    if (members?.size === 0) this.#members.delete(group);
    this.#groupByKey.delete(key);
  }
}
