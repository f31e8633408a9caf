import {
  type Claim,
  type Component,
  findCondition,
  isDeleting,
  labels,
  type Resource,
  type ResourcePool,
} from "../../api/index.ts";
import { isBound } from "../../graph/index.ts";
import {
  type AllocationView,
  capacityOf,
  componentIdentity,
  type MachineView,
  type MatchRequest,
  ownWishes,
  refusalOf,
  wantedPools,
} from "../../match/index.ts";

/** A claim without a machine that could do, with its component. */
export interface WaitingClaim {
  readonly claim: Claim;
  readonly component: Component | undefined;
}

export interface DemandInput {
  readonly pool: ResourcePool;
  readonly pools: readonly ResourcePool[];
  readonly waiting: readonly WaitingClaim[];
  /** The pool's machines, ready or coming, that hold nothing and may be used. */
  readonly empty: readonly Resource[];
  /** Machines that are being made and have no Resource yet. */
  readonly making: number;
  /** One that says what machines of this pool are like, where the template does not. */
  readonly sample: Resource | undefined;
}

export interface Demand {
  /** Claims for which a machine of this pool would do. */
  readonly waiting: number;
  /** How many machines they need besides those that are empty or coming. */
  readonly lacking: number;
}

const waitingReasons: ReadonlySet<string> = new Set(["Unschedulable", "Preempted", "Replacing"]);

/** Whether a claim was looked at and found no machine, its first or another one. */
export function isWaiting(claim: Claim): boolean {
  const ready = findCondition(claim.status?.conditions, "Ready");
  const { targetResourceName: target, epoch } = claim.spec;
  // Of one that has just been bound nothing was said yet.
  if (isBound(claim) && (ready?.reason === "Unschedulable" || claim.status?.epoch !== epoch)) return false;
  return !isDeleting(claim) && target === undefined && ready?.status === "False" && waitingReasons.has(ready.reason);
}

/**
 * How many more machines of this pool would give a place to the claims that wait: each is put on the first machine that
 * does, an empty one, then one that is coming, then a new one. Where members are in relation to others (spread, latency,
 * affinity) is not looked at: that is judged once the machine is there.
 */
export function planDemand(input: DemandInput): Demand {
  const { pools, empty, making } = input;
  const template = templateView(input);
  const machines = [...empty.map((resource) => viewOf(template, resource)), ...repeat(template, making)];
  const known = machines.length;
  let waiting = 0;
  for (const one of input.waiting) {
    const request = requestOf(one, pools);
    // One for whom no machine of this pool would do is waited for in vain.
    if (request === undefined || refusalOf(request, template) !== undefined) continue;
    waiting++;
    const at = machines.findIndex((machine) => refusalOf(request, machine) === undefined);
    const place = at === -1 ? machines.length : at;
    machines[place] = withClaim(machines[place] ?? template, one.claim, request);
  }
  return { waiting, lacking: machines.length - known };
}

/** Undefined where there is no telling what it asks for. */
function requestOf({ claim, component }: WaitingClaim, pools: readonly ResourcePool[]): MatchRequest | undefined {
  const { spec, metadata } = claim;
  if (spec.componentName !== undefined && component === undefined) return undefined;
  const wanted = component?.spec.resources;
  const found = wantedPools(wanted ?? {}, pools);
  if ("reason" in found) return undefined;
  const wishes = wanted === undefined ? noWishes : { ...ownWishes(wanted), spread: [] };
  return {
    ...wishes,
    namespace: metadata.namespace ?? "",
    component: componentIdentity(spec.componentName, metadata.name ?? ""),
    pools: found.pools,
    requests: capacityOf(spec.requests ?? wanted?.requests),
    ports: spec.ports,
    avoid: {},
  };
}

/** Of a bare process. */
const noWishes = { attributes: [], spread: [], tolerations: [], perMachine: 1, dedicated: false };

/** A machine of the pool that nobody has used. */
function templateView({ pool, sample }: DemandInput): MachineView {
  const { template, access } = pool.spec;
  const name = pool.metadata.name ?? "";
  return {
    name: "a new machine",
    uid: "",
    pool: name,
    accessNamespaces: access.namespaces,
    unschedulable: false,
    deleting: false,
    quarantined: false,
    ready: true,
    labels: { ...sample?.spec.labels, ...template?.labels, [labels.pool]: name },
    attributes: { ...sample?.status?.attributes, ...template?.attributes },
    taints: [],
    allocatable: capacityOf(template?.capacity ?? sample?.status?.allocatable),
    allocations: [],
    residue: [],
    separatesUsers: false,
  };
}

/** An empty machine as it is, as far as it is known. */
function viewOf(template: MachineView, { metadata, spec, status }: Resource): MachineView {
  return {
    ...template,
    name: metadata.name ?? "",
    labels: { ...template.labels, ...metadata.labels, ...spec.labels },
    attributes: { ...template.attributes, ...status?.attributes },
    taints: spec.taints,
    allocatable: status?.allocatable === undefined ? template.allocatable : capacityOf(status.allocatable),
  };
}

function withClaim(machine: MachineView, claim: Claim, request: MatchRequest): MachineView {
  const allocation: AllocationView = {
    claimUid: claim.metadata.uid ?? "",
    claimName: claim.metadata.name ?? "",
    namespace: request.namespace,
    component: request.component,
    requests: request.requests,
    ports: request.ports,
    dedicated: request.dedicated,
  };
  return { ...machine, allocations: [...machine.allocations, allocation] };
}

function repeat(machine: MachineView, times: number): MachineView[] {
  return Array.from({ length: times }, () => machine);
}
