import type { Resource } from "../../api/index.ts";

/** Machines as a tree: each below the one through which the server reaches it; in the order of their names. */
export function treeLines(machines: readonly Resource[]): readonly string[] {
  const names = new Set(machines.map(nameOf));
  const children = new Map<string, Resource[]>();
  for (const machine of [...machines].sort((left, right) => byName.compare(nameOf(left), nameOf(right)))) {
    const parent = machine.status?.tree?.parent ?? "";
    // One that is not shown, or was removed a moment ago, leaves its children at the top.
    const key = names.has(parent) ? parent : "";
    children.set(key, [...(children.get(key) ?? []), machine]);
  }
  const shown = new Set<Resource>();
  const below = (parent: string, indent: string): string[] => {
    const all = (children.get(parent) ?? []).filter((machine) => !shown.has(machine));
    return all.flatMap((machine, index) => {
      shown.add(machine);
      const isLast = index === all.length - 1;
      const line = `${indent}${isLast ? "└─ " : "├─ "}${textOf(machine, children.get(nameOf(machine))?.length ?? 0)}`;
      return [line, ...below(nameOf(machine), `${indent}${isLast ? "   " : "│  "}`)];
    });
  };
  return below("", "");
}

const byName = new Intl.Collator("en", { numeric: true });

function nameOf({ metadata }: Resource): string {
  return metadata.name ?? "";
}

function textOf(machine: Resource, children: number): string {
  const state = machine.status?.state ?? "Pending";
  return `${nameOf(machine)} ${state}${children === 0 ? "" : ` (${children})`}`;
}
