import type { AllocationView, MachineView } from "../machine-view.ts";
import { refusalOf } from "../match.ts";
import type { Fault } from "../refusal.ts";
import { makeSpreadJudge } from "../spread.ts";
import type { Sets } from "./beside.ts";
import type { GroupRequest } from "./group-request.ts";

/** Why one more member of a group, beside those of a set, would be one too many where it stands. */
export function spreadFault(
  { name, request }: GroupRequest,
  machines: readonly MachineView[],
  sets: Sets,
): (machine: MachineView) => Fault | undefined {
  if (request.spread.length === 0) return () => undefined;
  const chosen = new Set(sets.get(name)?.map((machine) => machine.name));
  const after = machines.map((machine) =>
    chosen.has(machine.name) ? { ...machine, allocations: [...machine.allocations, memberOf(request)] } : machine,
  );
  const feasible = after.filter((machine) => !chosen.has(machine.name) && refusalOf(request, machine) === undefined);
  const judges = request.spread.map((rule) => makeSpreadJudge(rule, request, after, feasible));
  return (machine) => judges.map((judge) => judge.fault(machine)).find((fault) => fault !== undefined);
}

function memberOf({ namespace, component }: GroupRequest["request"]): AllocationView {
  return { claimUid: "", claimName: "", namespace, component, requests: {}, ports: [], dedicated: false };
}
