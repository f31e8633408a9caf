import type { Application, Claim, Component, KubeObject, Phase, Process } from "../../../api/index.ts";
import { membersInOrder } from "../members/member-history.ts";

export interface TreeRow {
  readonly object: KubeObject;
  readonly depth: number;
  readonly uid: string;
  /** Undefined: there is nothing below it. */
  readonly isOpen: boolean | undefined;
}

export interface OwnedObjects {
  readonly components: readonly Component[];
  readonly claims: readonly Claim[];
  readonly phases: readonly Phase[];
  readonly processes: readonly Process[];
}

/** What belongs to an application: components with their members with their processes, then phases. `isOpen` by uid. */
export function treeRows(
  application: Application,
  { components, claims, phases, processes }: OwnedObjects,
  isOpen: (uid: string, depth: number) => boolean,
): readonly TreeRow[] {
  const claimsByComponent = byKey(membersInOrder(claims), ({ spec }) => spec.componentName ?? "");
  const processesByClaim = byKey(inOrder(processes), ({ spec }) => spec.claimUid ?? "");
  const rows: TreeRow[] = [];
  const add = (object: KubeObject, depth: number, below: readonly KubeObject[]): boolean => {
    const { uid = "" } = object.metadata;
    const isShown = below.length === 0 ? undefined : isOpen(uid, depth);
    rows.push({ object, depth, uid, isOpen: isShown });
    return isShown === true;
  };
  const addMember = (claim: Claim): void => {
    const run = processesByClaim.get(claim.metadata.uid ?? "") ?? [];
    if (add(claim, 2, run)) for (const process of run) add(process, 3, []);
  };
  const parts = inOrder(components);
  const steps = inOrder(phases);
  if (!add({ ...application, kind: "Application" }, 0, [...parts, ...steps])) return rows;
  for (const component of parts) {
    const own = claimsByComponent.get(component.metadata.name ?? "") ?? [];
    if (add(component, 1, own)) for (const claim of own) addMember(claim);
  }
  for (const phase of steps) add(phase, 1, []);
  return rows;
}

function inOrder<T extends KubeObject>(objects: readonly T[]): readonly T[] {
  return [...objects].sort((a, b) => ((a.metadata.name ?? "") < (b.metadata.name ?? "") ? -1 : 1));
}

function byKey<T>(objects: readonly T[], keyOf: (object: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const object of objects) {
    const group = groups.get(keyOf(object)) ?? [];
    groups.set(keyOf(object), group);
    group.push(object);
  }
  return groups;
}
