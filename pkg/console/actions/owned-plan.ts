import type { Claim, KubeObject, Resource } from "../../api/index.ts";

/** What stands and falls with an object. */
export interface OwnedPlan {
  /** How many of each kind go with it, in the order in which kinds are met. */
  readonly counts: ReadonlyMap<string, number>;
  /** Machines that are cleaned, by name. */
  readonly machines: readonly string[];
}

/** Finds what is owned by objects, however many steps away, among `all`. */
export function planOwned(roots: readonly KubeObject[], all: readonly KubeObject[]): OwnedPlan {
  const byOwner = groupByOwner(all);
  const counts = new Map<string, number>();
  const machines = new Set<string>();
  const seen = new Set(roots.map(({ metadata }) => metadata.uid ?? ""));
  const open = [...roots];
  for (let object = open.pop(); object !== undefined; object = open.pop()) {
    for (const name of machinesOf(object)) machines.add(name);
    for (const owned of byOwner.get(object.metadata.uid ?? "") ?? []) {
      const { uid = "" } = owned.metadata;
      if (seen.has(uid)) continue;
      seen.add(uid);
      counts.set(owned.kind, (counts.get(owned.kind) ?? 0) + 1);
      open.push(owned);
    }
  }
  return { counts, machines: [...machines] };
}

function groupByOwner(all: readonly KubeObject[]): ReadonlyMap<string, readonly KubeObject[]> {
  const byOwner = new Map<string, KubeObject[]>();
  for (const object of all)
    for (const { uid } of object.metadata.ownerReferences ?? []) {
      const owned = byOwner.get(uid) ?? [];
      owned.push(object);
      byOwner.set(uid, owned);
    }
  return byOwner;
}

function machinesOf(object: KubeObject): readonly string[] {
  if (object.kind === "Claim") return (object as Claim).spec.resourceName === undefined ? [] : [claimedBy(object)];
  const holdsWork = object.kind === "Resource" && ((object as Resource).status?.allocations?.length ?? 0) > 0;
  return holdsWork ? [object.metadata.name ?? ""] : [];
}

function claimedBy(object: KubeObject): string {
  return (object as Claim).spec.resourceName ?? "";
}
