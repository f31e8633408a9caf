import { type Tone, toneOf } from "../ui/tone.ts";
import type { Machine } from "./machine.ts";
import { type Point, project } from "./projection.ts";
import { Slots } from "./slots.ts";

/** Machines that stand together: those of a site. */
export interface Group {
  readonly key: string;
  readonly text: string;
  /** On the map; undefined: nobody said where it is. */
  readonly point: Point | undefined;
  readonly slots: Slots;
  /** How many machines of each tone. */
  readonly tones: Readonly<Record<Tone, number>>;
}

interface ChangingGroup extends Group {
  readonly tones: Record<Tone, number>;
}

/** All machines by the groups they stand in, each with a slot that it keeps. */
export class Scene {
  readonly #groups = new Map<string, ChangingGroup>();
  readonly #machines = new Map<string, Machine>();

  get machines(): ReadonlyMap<string, Machine> {
    return this.#machines;
  }

  /** The first ones: in the order of their names, so that who looks for n7 finds it between n6 and n8. */
  fill(machines: Iterable<Machine>): void {
    for (const machine of [...machines].sort(byOrder)) this.put(machine);
  }

  /** True: something stands elsewhere now. */
  put(machine: Machine): boolean {
    const before = this.#machines.get(machine.name);
    const stays = before?.group === machine.group;
    if (before !== undefined) this.#leave(before, !stays);
    const group = this.#groupFor(machine);
    group.tones[toneOf(machine.state)]++;
    group.slots.take(machine.name);
    this.#machines.set(machine.name, machine);
    return !stays;
  }

  remove(name: string): boolean {
    const before = this.#machines.get(name);
    if (before === undefined) return false;
    this.#leave(before, true);
    this.#machines.delete(name);
    return true;
  }

  /** Those on the map, or those without a place there, by their texts. */
  groups(isOnMap: boolean): readonly Group[] {
    return [...this.#groups.values()]
      .filter(({ point }) => (point !== undefined) === isOnMap)
      .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : a.key < b.key ? -1 : 1));
  }

  #groupFor(machine: Machine): ChangingGroup {
    const known = this.#groups.get(machine.group);
    if (known !== undefined) return known;
    const group = {
      ...{ key: machine.group, text: machine.site, slots: new Slots() },
      point: machine.location === undefined ? undefined : project(machine.location),
      tones: { good: 0, busy: 0, warn: 0, bad: 0, idle: 0 },
    };
    this.#groups.set(machine.group, group);
    return group;
  }

  #leave(machine: Machine, isGone: boolean): void {
    const group = this.#groups.get(machine.group);
    if (group === undefined) return;
    group.tones[toneOf(machine.state)]--;
    if (!isGone) return;
    group.slots.release(machine.name);
    if (group.slots.count === 0) this.#groups.delete(machine.group);
  }
}

const byOrder = (a: Machine, b: Machine): number => (a.order < b.order ? -1 : 1);
