import type { MachineView } from "./machine-view.ts";

/** The machines that hold members of a component, one for each member; a claim may be left aside. */
export function membersOn(
  machines: readonly MachineView[],
  namespace: string,
  component: string,
  exceptUid?: string,
): readonly MachineView[] {
  return machines.flatMap((machine) =>
    machine.allocations
      .filter(
        (allocation) =>
          allocation.namespace === namespace && allocation.component === component && allocation.claimUid !== exceptUid,
      )
      .map(() => machine),
  );
}
