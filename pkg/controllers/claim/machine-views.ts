import {
  findCondition,
  isDeleting,
  isGoingBack,
  isTrue,
  type Resource,
  type ResourcePool,
  usingPool,
} from "../../api/index.ts";
import type { HostObservation } from "../../fabric/index.ts";
import { type AllocationView, capacityOf, componentIdentity, type MachineView } from "../../match/index.ts";
import { equalJson } from "../../merge/index.ts";

export interface MachineFacts {
  readonly resource: Resource;
  readonly pool?: ResourcePool | undefined;
  readonly observation: HostObservation;
  /** Bindings that are made and not seen yet. */
  readonly assumed: readonly AllocationView[];
}

/** A machine as matching sees it. Ready is what the fabric says now, not what was written some time ago. */
export function machineView({ observation, ...facts }: MachineFacts): MachineView {
  const view = standingView(facts);
  return isReached(observation) || !view.ready ? view : { ...view, ready: false, notReadyReason: "Lost" };
}

export function isReached(observation: HostObservation): boolean {
  return observation.state === "connected" && !observation.suspect;
}

/** A machine as it stands in its object, with what is about to stand there. */
export function standingView({ resource, pool, assumed }: Omit<MachineFacts, "observation">): MachineView {
  const written = writtenView(resource, pool);
  if (assumed.length === 0) return written;
  const known = new Set(written.allocations.map(({ claimUid }) => claimUid));
  const unseen = assumed.filter(({ claimUid }) => !known.has(claimUid));
  return { ...written, allocations: [...written.allocations, ...unseen] };
}

/** Each placement looks at all machines; most are as they were at the last one. */
const views = new WeakMap<Resource, { readonly pool: ResourcePool | undefined; readonly view: MachineView }>();

/** The machine as it stands in its object. */
function writtenView(resource: Resource, pool: ResourcePool | undefined): MachineView {
  const known = views.get(resource);
  if (known !== undefined && hasSameAccess(known.pool, pool)) return known.view;
  const view = viewOf(resource, pool);
  views.set(resource, { pool, view });
  return view;
}

/** Of its pool a machine has nothing else; what a pool says of itself changes with each of its machines. */
export function hasSameAccess(one: ResourcePool | undefined, other: ResourcePool | undefined): boolean {
  return one === other || (one !== undefined && equalJson(one.spec.access, other?.spec.access));
}

function viewOf(resource: Resource, pool: ResourcePool | undefined): MachineView {
  const { metadata, spec, status } = resource;
  const ready = findCondition(status?.conditions, "Ready");
  const poolName = usingPool(resource);
  return {
    name: metadata.name ?? "",
    uid: metadata.uid ?? "",
    ...(poolName !== undefined && { pool: poolName }),
    accessNamespaces: pool?.spec.access.namespaces ?? ["*"],
    unschedulable: spec.unschedulable || isGoingBack(resource),
    deleting: isDeleting(resource),
    quarantined: status?.state === "Quarantined" || status?.quarantine !== undefined,
    ready: ready?.status === "True",
    ...(ready?.status !== "True" && { notReadyReason: ready?.reason ?? "Pending" }),
    labels: { ...metadata.labels, ...spec.labels },
    attributes: status?.attributes ?? {},
    ...(status?.coordinates !== undefined && { coordinates: status.coordinates }),
    ...(status?.coordinates?.stale === true && { hasStaleCoordinates: true }),
    taints: spec.taints,
    allocatable: capacityOf(status?.allocatable),
    allocations: allocationViews(resource),
    residue: (status?.residue ?? []).map(({ namespace, claimName }) => `${namespace}/${claimName}`),
    pressure: pressureOn(resource),
    // Agents do not give the claims of each namespace a user of their own.
    separatesUsers: false,
  };
}

/** What a machine is short of that claims cannot do without. */
export function pressureOn({ status }: Resource): readonly ("DiskPressure" | "MemoryPressure")[] {
  return (["DiskPressure", "MemoryPressure"] as const).filter((type) => isTrue(status?.conditions, type));
}

function allocationViews({ status }: Resource): readonly AllocationView[] {
  return (status?.allocations ?? []).map((allocation) => ({
    claimUid: allocation.claimUid,
    claimName: allocation.claimName,
    namespace: allocation.namespace,
    component: componentIdentity(allocation.componentName, allocation.claimName),
    requests: capacityOf(allocation.requests),
    ports: allocation.ports ?? [],
    dedicated: allocation.dedicated ?? false,
  }));
}
