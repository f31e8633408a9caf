import { isControlledBy, isDeleting, type Resource, type ResourcePool, type ResourceSpec } from "../../api/index.ts";
import type { MachineSpec } from "../../fabric/index.ts";
import { equalJson } from "../../merge/index.ts";

export type MachineAction =
  | { readonly kind: "create"; readonly name: string; readonly spec: ResourceSpec }
  | { readonly kind: "update"; readonly resource: Resource; readonly spec: ResourceSpec }
  | { readonly kind: "annotate"; readonly resource: Resource; readonly annotation: string; readonly value: string }
  | { readonly kind: "delete"; readonly resource: Resource }
  /** As it is now, holding nothing; not where something has been bound to it meanwhile. */
  | { readonly kind: "giveBack"; readonly resource: Resource }
  /** Its machine is gone. */
  | { readonly kind: "release"; readonly resource: Resource };

/** A machine that cannot be had. */
export interface MachineFault {
  readonly reason: "NameTaken" | "AddressTaken";
  readonly message: string;
}

export interface MachinePlan {
  readonly actions: readonly MachineAction[];
  readonly faults: readonly MachineFault[];
}

export interface MachineObservation {
  readonly pool: ResourcePool;
  readonly wanted: readonly MachineSpec[];
  /** All Resources there are, of whatever pool. */
  readonly resources: readonly Resource[];
}

/** Which Resources to create, change and delete so that they are those the provider names. */
export function planMachines({ pool, wanted, resources }: MachineObservation): MachinePlan {
  const byName = new Map(resources.map((resource) => [resource.metadata.name ?? "", resource]));
  const names = new Set(wanted.map(({ name }) => name));
  const holders = addressHolders(pool, resources, names);
  const decisions = wanted.map((machine) => {
    const address = addressOf(machine);
    const holder = holders.get(address);
    if (holder === undefined) holders.set(address, { name: machine.name, isLeaving: false });
    return decide(pool, machine, byName.get(machine.name), holder);
  });
  const surplus = resources.filter(
    (resource) => isOf(pool, resource) && !isDeleting(resource) && !names.has(resource.metadata.name ?? ""),
  );
  return {
    actions: [
      ...decisions.flatMap(({ action }) => action ?? []),
      ...surplus.map((resource) => ({ kind: "delete" as const, resource })),
    ],
    faults: decisions.flatMap(({ fault }) => fault ?? []),
  };
}

/** Whether the pool made this Resource. */
export function isOf(pool: ResourcePool, resource: Resource): boolean {
  return isControlledBy(resource, pool.metadata.uid ?? "");
}

interface AddressHolder {
  readonly name: string;
  /** The address will be free once the Resource is gone. */
  readonly isLeaving: boolean;
}

/** Who holds an address that the pool's own machines of today do not. */
function addressHolders(
  pool: ResourcePool,
  resources: readonly Resource[],
  wanted: ReadonlySet<string>,
): Map<string, AddressHolder> {
  const holders = new Map<string, AddressHolder>();
  for (const resource of resources) {
    const name = resource.metadata.name ?? "";
    if (isOf(pool, resource) && wanted.has(name)) continue;
    holders.set(addressOf(resource.spec), { name, isLeaving: isOf(pool, resource) || isDeleting(resource) });
  }
  return holders;
}

interface Decision {
  readonly action?: MachineAction;
  readonly fault?: MachineFault;
}

function decide(
  pool: ResourcePool,
  machine: MachineSpec,
  existing: Resource | undefined,
  holder: AddressHolder | undefined,
): Decision {
  const { name } = machine;
  if (existing !== undefined && !isOf(pool, existing)) {
    const message = `Resource ${name} is there already and not of this pool: rename the host or delete the Resource`;
    return { fault: { reason: "NameTaken", message } };
  }
  if (holder !== undefined && holder.name !== name) {
    if (holder.isLeaving) return {};
    const message = `${name}: ${addressOf(machine)} is the address of Resource ${holder.name} already`;
    return { fault: { reason: "AddressTaken", message } };
  }
  const { name: _, ...reach } = machine;
  // Cordons and taints are the user's word, whoever made the Resource.
  const { unschedulable = false, taints = [] } = existing?.spec ?? {};
  const spec = { ...reach, poolName: pool.metadata.name ?? "", unschedulable, taints };
  if (existing === undefined) return { action: { kind: "create", name, spec } };
  if (isDeleting(existing) || equalJson(spec, existing.spec)) return {};
  return { action: { kind: "update", resource: existing, spec } };
}

function addressOf({ address, port }: { readonly address: string; readonly port: number }): string {
  return `${address}:${port}`;
}

/** What a Resource is made of, where nobody says anything else about its machine. */
export function specAsItIs({ metadata, spec }: Resource): MachineSpec {
  const { poolName: _p, taints: _t, unschedulable: _u, ...rest } = spec;
  return { name: metadata.name ?? "", ...rest };
}
