import {
  type Allocation,
  type Claim,
  type Component,
  cpuMillis,
  isDeleting,
  isGoingBack,
  type KubeObject,
  labels,
  memoryBytes,
  type Requests,
  type Residue,
  type Resource,
  type ResourcePool,
  usingPool,
} from "../api/index.ts";
import { isSpare } from "../graph/index.ts";
import {
  type AllocationView,
  type Capacity,
  componentIdentity,
  type MachineView,
  type MatchRequest,
  type Refusal,
  refusalOf,
} from "../match/index.ts";

/** Body of POST claims/NAME/binding. */
export interface BindingRequest {
  readonly resourceName: string;
  readonly resourceUid: string;
  /** The epoch that the caller believes the claim gets; absent: the next, whatever that is. */
  readonly epoch?: number;
  /** The epoch that the caller believes the claim has. */
  readonly expectedEpoch?: number;
  /** Why the claim leaves the machine that it is bound to now; told with what it leaves behind there. */
  readonly reason?: string;
  /** A spare of the component on that machine, whose place the claim takes over with the software that is there. */
  readonly spare?: { readonly name: string; readonly uid: string };
}

export interface BindingInput {
  readonly claim: Claim;
  /** The claim's component, where it has one: says what it asks of a machine. */
  readonly component?: Component;
  readonly resource: Resource | undefined;
  /** The resource's pool, where it has one: says who may use its machines. */
  readonly pool?: ResourcePool;
  /** The machine that the claim is bound to now, if that is there. */
  readonly oldResource?: Resource;
  /** The spare that the request names, where it is there; deleted by the same commit. */
  readonly spare?: Claim;
  readonly request: BindingRequest;
  /** Raised by restores: no epoch below it is given any more. Default 0. */
  readonly epochFloor?: number;
  /** RFC 3339. */
  readonly now: string;
}

/** The objects as the one commit writes them, or why there is none. */
export type BindingPlan =
  | { readonly claim: Claim; readonly resource: Resource; readonly oldResource?: Resource }
  | { readonly refusal: string };

/**
 * Decides on a binding: whether claim and machine are as the caller believes and the machine has room, and what all of
 * them are after it. The claim's place on the machine it leaves becomes residue there, in the same commit.
 */
export function planBinding(input: BindingInput): BindingPlan {
  const { claim, resource, oldResource, request } = input;
  const refusal = claimRefusal(input) ?? spareRefusal(input) ?? machineRefusal(input);
  if (refusal !== undefined || resource === undefined) return { refusal: refusal ?? "there is no such machine" };
  const leaves = oldResource !== undefined && oldResource.metadata.uid !== resource.metadata.uid;
  const bound: Claim = {
    ...claim,
    metadata: { ...claim.metadata, generation: (claim.metadata.generation ?? 0) + 1 },
    spec: {
      ...claim.spec,
      resourceName: request.resourceName,
      resourceUid: request.resourceUid,
      epoch: nextEpoch(input),
    },
    // What it was on another machine it is not here: nobody shall read "Ready" before that has been seen.
    status: { ...claim.status, state: "Bound" },
  };
  const cleared = request.spare === undefined ? resource : giveUpSpare(resource, request.spare.uid, input.now);
  const others = allocationsOf(cleared).filter(({ claimUid }) => claimUid !== claim.metadata.uid);
  return {
    claim: bound,
    resource: withStatus(cleared, { allocations: [...others, allocationFor(input)] }),
    ...(leaves && { oldResource: deferRemoval(oldResource, claim, request.reason ?? "Replaced", input.now) }),
  };
}

/**
 * The one place where epochs are given: one more than the claim has had, or where a restored server's begin. What the
 * servers before it gave since the backup was taken nobody knows; it is less than that.
 */
function nextEpoch({ claim, epochFloor = 0 }: Pick<BindingInput, "claim" | "epochFloor">): number {
  return Math.max(claim.spec.epoch + 1, epochFloor);
}

function claimRefusal(input: BindingInput): string | undefined {
  const { claim, request } = input;
  const { epoch, expectedEpoch } = request;
  const [known, next] = [claim.spec.epoch, nextEpoch(input)];
  if (isDeleting(claim)) return "the claim is being deleted";
  if (expectedEpoch !== undefined && expectedEpoch !== known)
    return `the claim has epoch ${known}, not ${expectedEpoch}`;
  if (epoch !== undefined && epoch !== next)
    return `the claim has epoch ${known}, so that the next is ${next}, not ${epoch}`;
  return undefined;
}

function spareRefusal({ claim, resource, spare, request }: BindingInput): string | undefined {
  if (request.spare === undefined) return undefined;
  const { name, uid } = request.spare;
  if (spare === undefined || spare.metadata.uid !== uid || isDeleting(spare)) return `spare ${name} is gone`;
  const isOwn = isSpare(spare) && spare.spec.componentName === claim.spec.componentName;
  if (!isOwn || isSpare(claim)) return `${name} is no spare of ${claim.metadata.name}`;
  const isThere = resource !== undefined && allocationsOf(resource).some(({ claimUid }) => claimUid === uid);
  return isThere ? undefined : `spare ${name} is not on ${request.resourceName}`;
}

/** What the spare left is taken over, or else removed: the machine's receipt for it comes either way. */
function giveUpSpare(resource: Resource, uid: string, now: string): Resource {
  const place = allocationsOf(resource).find(({ claimUid }) => claimUid === uid);
  if (place === undefined) return resource;
  const { claimName, namespace, epoch } = place;
  const entry: Residue = { claimUid: uid, claimName, namespace, epoch, since: now, reason: "TakenOver" };
  return withStatus(resource, {
    allocations: allocationsOf(resource).filter(({ claimUid }) => claimUid !== uid),
    residue: [...residueOf(resource), entry],
  });
}

function machineRefusal({ claim, component, resource, pool, request }: BindingInput): string | undefined {
  if (resource === undefined) return `Resource ${request.resourceName} is not there`;
  if (resource.metadata.uid !== request.resourceUid) return `Resource ${request.resourceName} is another one by now`;
  const spareUid = request.spare?.uid;
  const fault = reservationRefusal(claim, component, {
    resource: withStatus(resource, {
      allocations: allocationsOf(resource).filter(({ claimUid }) => claimUid !== spareUid),
    }),
    pool,
  });
  return fault && `Resource ${request.resourceName} will not do: ${fault.detail ?? fault.message}`;
}

/** Why a claim cannot be bound to a machine; undefined: it can. Wishes are not looked at. */
export function reservationRefusal(
  claim: Claim,
  component: Component | undefined,
  { resource, pool }: { readonly resource: Resource; readonly pool: ResourcePool | undefined },
): Refusal | undefined {
  return refusalOf(requestOf(claim, component), machineView(resource, pool, claim));
}

/** What must hold at the moment of the reservation; wishes (attributes, spread) were weighed when it was chosen. */
function requestOf(claim: Claim, component: Component | undefined): MatchRequest {
  const wanted = component?.spec.resources;
  return {
    namespace: claim.metadata.namespace ?? "",
    component: componentIdentity(claim.spec.componentName, claim.metadata.name ?? ""),
    pools: [],
    attributes: [],
    spread: [],
    tolerations: wanted?.tolerations ?? [],
    requests: capacityOf(requestsOf(claim, component)),
    ports: claim.spec.ports,
    perMachine: wanted?.perMachine ?? 1,
    dedicated: wanted?.dedicated ?? false,
    avoid: {},
  };
}

function machineView(resource: Resource, pool: ResourcePool | undefined, claim: Claim): MachineView {
  const { metadata, spec, status } = resource;
  // The claim's own place does not stand in its way: it is bound anew to the machine it is on.
  const allocations = allocationsOf(resource).filter(({ claimUid }) => claimUid !== claim.metadata.uid);
  const poolName = usingPool(resource);
  return {
    name: metadata.name ?? "",
    uid: metadata.uid ?? "",
    ...(poolName !== undefined && { pool: poolName }),
    accessNamespaces: pool?.spec.access.namespaces ?? ["*"],
    unschedulable: spec.unschedulable || isGoingBack(resource),
    deleting: isDeleting(resource),
    quarantined: status?.state === "Quarantined" || status?.quarantine !== undefined,
    // Whether it can be reached is for those to judge who reach it.
    ready: true,
    labels: {},
    attributes: {},
    taints: spec.taints,
    allocatable: capacityOf(status?.allocatable),
    allocations: allocations.map(allocationView),
    residue: residueOf(resource).map(({ namespace, claimName }) => `${namespace}/${claimName}`),
    separatesUsers: false,
  };
}

function allocationView(allocation: Allocation): AllocationView {
  return {
    claimUid: allocation.claimUid,
    claimName: allocation.claimName,
    namespace: allocation.namespace,
    component: componentIdentity(allocation.componentName, allocation.claimName),
    requests: capacityOf(allocation.requests),
    ports: allocation.ports ?? [],
    dedicated: allocation.dedicated ?? false,
  };
}

function allocationFor(input: BindingInput): Allocation {
  const { claim, component, request } = input;
  const { metadata, spec } = claim;
  const application = metadata.labels?.[labels.application];
  const requests = requestsOf(claim, component);
  return {
    claimUid: metadata.uid ?? "",
    claimName: metadata.name ?? "",
    namespace: metadata.namespace ?? "",
    component: spec.component,
    ...(spec.componentName !== undefined && { componentName: spec.componentName }),
    ...(application !== undefined && { application }),
    epoch: nextEpoch(input),
    ...(requests !== undefined && { requests }),
    ...(spec.ports.length > 0 && { ports: spec.ports }),
    ...(component?.spec.resources.dedicated === true && { dedicated: true }),
    ...(request.spare !== undefined && { spareUid: request.spare.uid }),
  };
}

function requestsOf(claim: Claim, component: Component | undefined): Requests | undefined {
  return claim.spec.requests ?? component?.spec.resources.requests;
}

function capacityOf(requests: Requests | undefined): Capacity {
  const { cpu, memory } = requests ?? {};
  return {
    ...(cpu !== undefined && { cpuMillis: cpuMillis(cpu) }),
    ...(memory !== undefined && { memoryBytes: memoryBytes(memory) }),
  };
}

/** The machine without the claim's place: what it held was removed, as the machine's receipt says. */
export function dropAllocation(resource: Resource, claim: KubeObject): Resource {
  const kept = allocationsOf(resource).filter(({ claimUid }) => claimUid !== claim.metadata.uid);
  return kept.length === allocationsOf(resource).length ? resource : withStatus(resource, { allocations: kept });
}

/** The machine with the claim's place made residue: it is to be removed when the machine can be reached again. */
export function deferRemoval(resource: Resource, claim: KubeObject, reason: string, now: string): Resource {
  const place = allocationsOf(resource).find(({ claimUid }) => claimUid === claim.metadata.uid);
  if (place === undefined) return resource;
  const { claimUid, claimName, namespace, epoch, application } = place;
  const whose = application === undefined ? {} : { application };
  const entry: Residue = { claimUid, claimName, namespace, ...whose, epoch, since: now, reason };
  const others = residueOf(resource).filter((one) => one.claimUid !== claimUid || one.epoch !== epoch);
  const dropped = dropAllocation(resource, claim);
  return withStatus(dropped, { residue: [...others, entry] });
}

function allocationsOf({ status }: Resource): readonly Allocation[] {
  return status?.allocations ?? [];
}

function residueOf({ status }: Resource): readonly Residue[] {
  return status?.residue ?? [];
}

function withStatus(resource: Resource, change: Partial<NonNullable<Resource["status"]>>): Resource {
  return { ...resource, status: { ...resource.status, ...change } };
}
