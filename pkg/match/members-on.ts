import type { MachineView } from "./machine-view.ts";

/** The machines that hold members of a component, one for each member. */
export function membersOn(
  machines: readonly MachineView[],
  namespace: string,
  component: string,
): readonly MachineView[] {
  return machines.flatMap((machine) =>
    machine.allocations
      .filter((allocation) => allocation.namespace === namespace && allocation.component === component)
      .map(() => machine),
  );
}
