import { type KindInfo, type KubeObject, keyOf, keyText, type ObjectKey } from "../api/index.ts";
import type { Controller } from "../controller/index.ts";

/** One look of a controller at one object. */
export interface Task {
  readonly controller: Controller;
  readonly key: ObjectKey;
}

/** What controllers have still to look at: first come, first served, each once; and what they look at later. */
export class TaskQueue {
  readonly #ready = new Map<string, Task>();
  readonly #later = new Map<string, Task & { readonly at: number }>();

  add(task: Task): void {
    this.#ready.set(nameOf(task), task);
  }

  take(): Task | undefined {
    const [first] = this.#ready;
    if (first === undefined) return undefined;
    this.#ready.delete(first[0]);
    return first[1];
  }

  /** `at`: undefined where nothing will change with time. */
  addLater(task: Task, at: number | undefined): void {
    if (at === undefined) this.#later.delete(nameOf(task));
    else this.#later.set(nameOf(task), { ...task, at });
  }

  /** When the first of those is due that are looked at later. */
  get firstAt(): number | undefined {
    return this.#later.size === 0 ? undefined : Math.min(...[...this.#later.values()].map(({ at }) => at));
  }

  /** What is due by then is to be looked at now. */
  wake(now: number): void {
    for (const [name, { at, ...task }] of this.#later) {
      if (at > now) continue;
      this.#later.delete(name);
      this.add(task);
    }
  }
}

/** What has to look at something because of a change. */
export function tasksAfter(
  controller: Controller,
  kind: KindInfo,
  [before, after]: readonly [KubeObject | undefined, KubeObject | undefined],
): readonly Task[] {
  const there = [before, after].filter((object) => object !== undefined);
  const own = controller.kind.kind === kind.kind ? there.map(keyOf) : [];
  const watched = (controller.watches ?? [])
    .filter((source) => source.kind.kind === kind.kind)
    .filter(({ when }) => {
      const matters = when as ((before: KubeObject, after: KubeObject) => boolean) | undefined;
      return before === undefined || after === undefined || matters?.(before, after) !== false;
    })
    // The source's kind says which objects it is called with; the list of sources cannot carry their types.
    .flatMap((source) => there.flatMap(source.keys as (object: KubeObject) => readonly ObjectKey[]));
  return [...own, ...watched].map((key) => ({ controller, key }));
}

function nameOf({ controller, key }: Task): string {
  return `${controller.name} ${keyText(key)}`;
}
