import type { Charge } from "./charge.ts";
import { machinesName, priorityName } from "./names.ts";

/** What a namespace has. Charges come and go in any order: what was added and taken away again leaves nothing. */
export class Usage {
  readonly #amounts = new Map<string, number>();
  readonly #machines = new Map<string, number>();
  readonly #priorities = new Map<number, number>();

  /** The same amounts, to be counted on with apart from these. */
  copy(): Usage {
    const copied = new Usage();
    for (const [measure, amount] of this.#amounts) copied.#amounts.set(measure, amount);
    for (const [machine, claims] of this.#machines) copied.#machines.set(machine, claims);
    for (const [priority, objects] of this.#priorities) copied.#priorities.set(priority, objects);
    return copied;
  }

  add(charge: Charge): void {
    this.#change(charge, 1);
  }

  remove(charge: Charge): void {
    this.#change(charge, -1);
  }

  /** How much there is. Of priorities: the highest. */
  of(measure: string): number {
    if (measure === machinesName) return this.#machines.size;
    if (measure === priorityName) return this.#priorities.size === 0 ? 0 : Math.max(...this.#priorities.keys());
    return this.#amounts.get(measure) ?? 0;
  }

  /** Whether it holds a machine, by its uid. */
  holds(machine: string): boolean {
    return this.#machines.has(machine);
  }

  /** How many claims it has on a machine. */
  claimsOn(machine: string): number {
    return this.#machines.get(machine) ?? 0;
  }

  #change({ amounts, machine, priority }: Charge, factor: 1 | -1): void {
    for (const [measure, amount] of amounts) count(this.#amounts, measure, factor * amount);
    if (machine !== undefined) count(this.#machines, machine, factor);
    if (priority !== undefined) count(this.#priorities, priority, factor);
  }
}

function count<K>(counts: Map<K, number>, key: K, change: number): void {
  const next = (counts.get(key) ?? 0) + change;
  if (next === 0) counts.delete(key);
  else counts.set(key, next);
}
