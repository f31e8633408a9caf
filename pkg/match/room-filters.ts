import type { Filter } from "./filter.ts";
import type { AllocationView, Capacity, MachineView } from "./machine-view.ts";

/** A machine taken alone is taken alone by both sides: by who came first and by who comes. */
export const notDedicated: Filter = (request, machine) => {
  const owner = machine.allocations.find((allocation) => allocation.dedicated);
  if (owner !== undefined) {
    return { reason: "Dedicated", message: "dedicated to another claim", detail: `dedicated to ${nameOf(owner)}` };
  }
  const other = machine.allocations[0];
  if (!request.dedicated || other === undefined) return;
  return { reason: "Dedicated", message: "not empty", detail: `not empty: ${nameOf(other)} is here` };
};

export const componentNotPresent: Filter = (request, machine) => {
  const same = machine.allocations.filter(
    (allocation) => allocation.namespace === request.namespace && allocation.component === request.component,
  );
  const [first] = same;
  if (first === undefined || same.length < request.perMachine) return;
  return {
    reason: "ComponentPresent",
    message: "already holding a member of this component",
    detail: `already holding ${same.map(nameOf).join(", ")}`,
  };
};

export const namespaceAlone: Filter = (request, machine) => {
  const other = machine.allocations.find((allocation) => allocation.namespace !== request.namespace);
  if (other === undefined || machine.separatesUsers) return;
  return {
    reason: "NamespacePresent",
    message: "in use by another namespace",
    detail: `in use by ${nameOf(other)}, and its agent cannot keep users apart`,
  };
};

export const portsFree: Filter = (request, machine) => {
  for (const port of request.ports) {
    const owner = port === 0 ? undefined : machine.allocations.find((allocation) => allocation.ports.includes(port));
    if (owner === undefined) continue;
    return { reason: "PortTaken", message: `port ${port} taken`, detail: `port ${port} taken by ${nameOf(owner)}` };
  }
  return undefined;
};

export const enoughCpu: Filter = (request, machine) => {
  const wanted = request.requests.cpuMillis ?? 0;
  if (wanted === 0) return;
  const free = freeOf(machine, "cpuMillis");
  if (wanted <= free) return;
  return {
    reason: "InsufficientCpu",
    message: "not enough cpu",
    detail: `not enough cpu: ${free}m of ${wanted}m free`,
  };
};

export const enoughMemory: Filter = (request, machine) => {
  const wanted = request.requests.memoryBytes ?? 0;
  if (wanted === 0) return;
  const free = freeOf(machine, "memoryBytes");
  if (wanted <= free) return;
  return {
    reason: "InsufficientMemory",
    message: "not enough memory",
    detail: `not enough memory: ${free} of ${wanted} bytes free`,
  };
};

/** What nobody has taken; an unknown capacity is none. */
function freeOf(machine: MachineView, what: keyof Capacity): number {
  const taken = machine.allocations.reduce((sum, allocation) => sum + (allocation.requests[what] ?? 0), 0);
  return Math.max(0, (machine.allocatable[what] ?? 0) - taken);
}

function nameOf(allocation: AllocationView): string {
  return `${allocation.namespace}/${allocation.claimName}`;
}
