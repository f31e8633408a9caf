import { isDeleting, kinds, type PoolMonitors, type Resource, type ResourcePool } from "../../api/index.ts";
import type { ControllerPorts } from "../../controller/index.ts";
import type { Fabric, HostObservation, Provider } from "../../fabric/index.ts";

export interface ResourcePorts extends ControllerPorts {
  readonly fabric: Pick<Fabric, "attach" | "detach" | "observe" | "subscribe" | "acknowledge" | "retry">;
  /** The providers that this server offers; Resources without a pool are reached as those of provider static. */
  readonly providers: readonly Provider[];
}

/** Why a machine is not even tried. */
export interface ReachFault {
  readonly reason: "ReferenceNotFound" | "AddressTaken" | "BootstrapFailed";
  readonly message: string;
}

/** All that is known of a machine at one instant. */
export interface ResourceObservation {
  readonly resource: Resource;
  readonly observation: HostObservation;
  /** When it counts as short of something, by its pool's word. */
  readonly monitors: PoolMonitors;
  readonly fault?: ReachFault;
  /** What the last attempt to remove the agent ended with. */
  readonly removalError?: string;
  readonly nowAt: number;
}

export function poolOf(resource: Resource, ports: ControllerPorts): ResourcePool | undefined {
  const { poolName } = resource.spec;
  return poolName === undefined ? undefined : ports.cache(kinds.ResourcePool).get({ namespace: "", name: poolName });
}

/** As the schema has them for a pool that says nothing; for machines without a pool. */
export const defaultMonitors: PoolMonitors = {
  disk: { minFree: "256Mi", minFreeInodes: "2%" },
  memory: { minFree: "100Mi" },
  load: { maxPerCore: 8 },
};

/** What keeps a machine from being tried, as far as other objects tell. */
export function findFault(
  resource: Resource,
  pool: ResourcePool | undefined,
  atAddress: (address: string) => readonly Resource[],
): ReachFault | undefined {
  const { poolName } = resource.spec;
  if (poolName !== undefined && pool === undefined) {
    return { reason: "ReferenceNotFound", message: `ResourcePool ${poolName} is not there` };
  }
  const holder = olderHolder(resource, atAddress(addressOf(resource)));
  if (holder === undefined) return undefined;
  const message = `${addressOf(resource)} is the address of Resource ${holder.metadata.name} already: delete one of them`;
  return { reason: "AddressTaken", message };
}

/** "10.0.0.1:22" */
export function addressOf({ spec }: Resource): string {
  return `${spec.address}:${spec.port}`;
}

/** One machine belongs to one Resource: the first of those at its address. */
function olderHolder(resource: Resource, resources: readonly Resource[]): Resource | undefined {
  return resources.find(
    (other) => other.metadata.uid !== resource.metadata.uid && !isDeleting(other) && ageOf(other) < ageOf(resource),
  );
}

/** Sorts by creation, then by name. */
function ageOf({ metadata }: Resource): string {
  return `${metadata.creationTimestamp ?? ""} ${metadata.name ?? ""}`;
}

/** Whether an agent has ever been reached on this machine. */
export function isKnown({ status }: Resource): boolean {
  return status?.agent !== undefined;
}
