import {
  type Claim,
  type Component,
  type Hook,
  type KubeObject,
  kinds,
  labels,
  type Process,
  type Resource,
} from "../../api/index.ts";
import { poolBrake } from "../../controller/index.ts";
import type { ClaimPorts, ClaimWorld } from "./observe.ts";
import type { RecoveryWorld } from "./recovery-plan.ts";

/** Gathers what deciding about a failed member needs besides the member itself. */
export function observeRecovery(world: ClaimWorld, ports: ClaimPorts): RecoveryWorld {
  const { claim, component, resource, nowAt } = world;
  const answer = ports.hooks.answer(claim.metadata.uid ?? "");
  const lease = component?.spec.fencing === undefined ? undefined : ports.leases.held(claim);
  return {
    claim,
    ...(component !== undefined && { component }),
    siblings: component === undefined ? [claim] : ports.cache(kinds.Claim).ownedBy(component.metadata.uid ?? ""),
    siblingProcesses: siblingProcesses(claim, ports),
    braked: resource !== undefined && isBraked(resource, ports, nowAt),
    hooks: hooksOf(component, ports),
    ...(answer !== undefined && { answer }),
    ...(lease !== undefined && { lease }),
    nowAt,
  };
}

/** One that is not there is not asked: the application says so. */
function hooksOf(component: Component | undefined, ports: ClaimPorts): readonly Hook[] {
  const { namespace = "" } = component?.metadata ?? {};
  const names = component?.spec.recovery.hooks ?? [];
  return names.flatMap((name) => ports.cache(kinds.Hook).get({ namespace, name }) ?? []);
}

/** Whom people look at when a member fails: its Application, or its Component where that stands alone. */
export function ownerOf({ claim, component }: ClaimWorld, ports: ClaimPorts): KubeObject {
  const { namespace = "" } = claim.metadata;
  const name = component?.spec.applicationName;
  const application = name === undefined ? undefined : ports.cache(kinds.Application).get({ namespace, name });
  return application ?? component ?? claim;
}

function siblingProcesses({ metadata, spec }: Claim, ports: ClaimPorts): readonly Process[] {
  const application = metadata.labels?.[labels.application];
  if (application === undefined) return [];
  return ports
    .cache(kinds.Process)
    .withLabel(labels.application, application, metadata.namespace ?? "")
    .filter((process) => process.spec.component === spec.component);
}

/** By the pool's own word, or by what is seen right now: the pool's word may come a moment later. */
function isBraked(resource: Resource, ports: ClaimPorts, nowAt: number): boolean {
  const pool = ports.cache(kinds.ResourcePool).get({ namespace: "", name: resource.spec.poolName ?? "" });
  if (pool === undefined) return false;
  const resources = ports.cache(kinds.Resource).ownedBy(pool.metadata.uid ?? "");
  return poolBrake({ pool, resources, observe: (uid) => ports.fabric.observe(uid), nowAt }).braked;
}
