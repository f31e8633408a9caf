import type { AllocationView, MachineView } from "./machine-view.ts";

/** The machines that hold members of a component, one for each member; a claim may be left aside. */
export function membersOn(
  machines: readonly MachineView[],
  namespace: string,
  component: string,
  exceptUid?: string,
): readonly MachineView[] {
  return machines.flatMap((machine) =>
    machine.allocations
      .filter((allocation) => isMemberOf(allocation, namespace, component) && allocation.claimUid !== exceptUid)
      .map(() => machine),
  );
}

export function isMemberOf(allocation: AllocationView, namespace: string, component: string): boolean {
  return allocation.namespace === namespace && allocation.component === component;
}
