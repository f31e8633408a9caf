import { isDeleting } from "../../api/index.ts";
import type { ComponentWorld } from "./world.ts";

/** A member that shall be; `machine` where it is for that machine alone. */
export interface Slot {
  readonly ordinal: number;
  readonly machine?: string;
}

/** The members that a component shall have, by ordinal. None while it is deleted or suspended. */
export function wantedSlots(world: ComponentWorld): readonly Slot[] {
  const { component } = world;
  if (isDeleting(component) || component.spec.suspend) return [];
  if (component.spec.everyResource) return oneOnEach(world);
  return Array.from({ length: component.spec.replicas }, (_, ordinal) => ({ ordinal }));
}

/** Machines keep the ordinal they have; new ones, by name, take the lowest that are free. */
function oneOnEach({ claims, machines }: ComponentWorld): readonly Slot[] {
  const wanted = new Set(machines);
  const slots = new Map<number, Slot>();
  const served = new Set<string>();
  for (const { spec } of claims.filter((claim) => !isDeleting(claim))) {
    const machine = spec.targetResourceName;
    if (machine === undefined || spec.ordinal === undefined || !wanted.has(machine) || served.has(machine)) continue;
    slots.set(spec.ordinal, { ordinal: spec.ordinal, machine });
    served.add(machine);
  }
  const used = new Set(claims.map(({ spec }) => spec.ordinal));
  let ordinal = 0;
  for (const machine of [...wanted].filter((name) => !served.has(name)).sort()) {
    while (used.has(ordinal)) ordinal += 1;
    used.add(ordinal);
    slots.set(ordinal, { ordinal, machine });
  }
  return [...slots.values()].sort((left, right) => left.ordinal - right.ordinal);
}
