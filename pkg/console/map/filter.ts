import type { Palette } from "./colouring.ts";
import type { Machine } from "./machine.ts";

export interface MachineFilter {
  /** Words that must all be in a machine's name, address, pool or labels. */
  readonly text: string;
  readonly pool: string | undefined;
  /** Keys of the legend's categories; none: all. */
  readonly categories: ReadonlySet<string>;
}

export const everything: MachineFilter = { text: "", pool: undefined, categories: new Set() };

/** What is asked of a machine by words and pool; the legend counts those. */
export function inScope({ text, pool }: Pick<MachineFilter, "text" | "pool">): (machine: Machine) => boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0 && pool === undefined) return () => true;
  return (machine) =>
    (pool === undefined || machine.pool === pool) && words.every((word) => machine.words.includes(word));
}

/** What is asked of a machine in all. */
export function matches(filter: MachineFilter, palette: Palette): (machine: Machine) => boolean {
  const scope = inScope(filter);
  if (filter.categories.size === 0) return scope;
  const wanted = palette.categories.flatMap(({ key }, index) => (filter.categories.has(key) ? [index] : []));
  return (machine) => scope(machine) && wanted.some((category) => palette.has(machine, category));
}
