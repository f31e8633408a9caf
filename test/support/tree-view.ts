import { expect } from "vitest";
import { eventually } from "./eventually.ts";
import type { Testbed } from "./testbed.ts";

interface Machine {
  readonly metadata: { readonly name: string };
  readonly status?: { readonly state?: string; readonly tree?: { readonly parent?: string; readonly depth: number } };
}

/** Makes the bed's pool a tree, and waits until it stands. */
export async function growTree(bed: Testbed, fanOut: number): Promise<void> {
  await bed.server.plush("patch", "pool", "lab", "--type", "merge", "-p", `{"spec":{"tree":{"fanOut":${fanOut}}}}`);
  await eventually(async () => expect((await parentsIn(bed)).size).toBe(bed.hosts.length - fanOut), 60_000, 500);
}

/** The parent of each machine that is reached through one now. */
export async function parentsIn(bed: Testbed): Promise<ReadonlyMap<string, string>> {
  const parents = new Map<string, string>();
  for (const { metadata, status } of await bed.server.list<Machine>("resources"))
    if (status?.tree?.parent !== undefined) parents.set(metadata.name, status.tree.parent);
  return parents;
}

/** Who has children, those with most first. */
export async function interiorOf(bed: Testbed): Promise<readonly string[]> {
  const counts = new Map<string, number>();
  for (const parent of (await parentsIn(bed)).values()) counts.set(parent, (counts.get(parent) ?? 0) + 1);
  return [...counts].sort((left, right) => right[1] - left[1]).map(([name]) => name);
}
