import {
  type Claim,
  type Component,
  controllerOf,
  isDeleting,
  isTrue,
  keyOf,
  kinds,
  labels,
  type ObjectKey,
  type Phase,
  type Process,
  type Resource,
  type ResourcePool,
  type Software,
} from "../../api/index.ts";
import type { Controller } from "../../controller/index.ts";
import type { Fabric } from "../../fabric/index.ts";
import type { ClaimPorts } from "./observe.ts";

/** Changes of other objects that may matter to claims. */
export function claimSources(ports: ClaimPorts): NonNullable<Controller["watches"]> {
  const claims = ports.cache(kinds.Claim);
  const isNewSpec = makeSpecFilter();
  return [
    {
      kind: kinds.Resource,
      keys: (resource: Resource) => [...claimsOn(resource), ...(mayTake(resource) ? waiting(claims.list()) : [])],
    },
    { kind: kinds.ResourcePool, keys: (_pool: ResourcePool) => waiting(claims.list()) },
    { kind: kinds.Component, keys: (component: Component) => claims.ownedBy(component.metadata.uid ?? "").map(keyOf) },
    { kind: kinds.Process, keys: (process: Process) => claimOf(process, ports) },
    {
      kind: kinds.Phase,
      keys: (phase: Phase) => (isNewSpec(phase) ? ofApplication(phase, ports) : []),
    },
    { kind: kinds.Software, keys: (software: Software) => usersOf(software, ports) },
  ];
}

/** A machine's reports are those of its claims. */
export function claimSignals(
  ports: ClaimPorts,
  fabric: Pick<Fabric, "subscribe">,
  enqueue: (key: ObjectKey) => void,
): () => void {
  const resources = ports.cache(kinds.Resource);
  return fabric.subscribe((uid) => {
    const resource = resources.byUid(uid);
    if (resource !== undefined) for (const key of claimsOn(resource)) enqueue(key);
  });
}

function claimsOn({ status }: Resource): readonly ObjectKey[] {
  return (status?.allocations ?? []).map(({ namespace, claimName }) => ({ namespace, name: claimName }));
}

function mayTake(resource: Resource): boolean {
  return isTrue(resource.status?.conditions, "Ready") && !resource.spec.unschedulable && !isDeleting(resource);
}

/** Claims that need a machine, their first or another. */
function waiting(claims: readonly Claim[]): readonly ObjectKey[] {
  return claims.filter(({ spec, status }) => spec.epoch === 0 || status?.failure !== undefined).map(keyOf);
}

function claimOf(process: Process, ports: ClaimPorts): readonly ObjectKey[] {
  const { claimName } = process.spec;
  if (claimName !== undefined) return [{ namespace: process.metadata.namespace ?? "", name: claimName }];
  return ports
    .cache(kinds.Claim)
    .ownedBy(process.metadata.uid ?? "")
    .map(keyOf);
}

function ofApplication({ spec, metadata }: Phase, ports: ClaimPorts): readonly ObjectKey[] {
  const { applicationName } = spec;
  if (applicationName === undefined) return [];
  return ports
    .cache(kinds.Claim)
    .withLabel(labels.application, applicationName, metadata.namespace ?? "")
    .map(keyOf);
}

function usersOf({ metadata }: Software, ports: ClaimPorts): readonly ObjectKey[] {
  const { namespace = "", name = "" } = metadata;
  const components = ports.cache(kinds.Component).list(namespace);
  const using = new Set(components.filter(({ spec }) => spec.software.includes(name)).map((one) => one.metadata.uid));
  return ports
    .cache(kinds.Claim)
    .list(namespace)
    .filter((claim) => using.has(controllerOf(claim)?.uid))
    .map(keyOf);
}

/** A phase's status changes with every member that enters; to claims only what it asks for matters. */
function makeSpecFilter(): (phase: Phase) => boolean {
  const seen = new Map<string, number>();
  return ({ metadata }) => {
    const { uid = "", generation = 0 } = metadata;
    if (seen.get(uid) === generation && metadata.deletionTimestamp === undefined) return false;
    seen.set(uid, generation);
    return true;
  };
}
