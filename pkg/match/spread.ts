import { attributeOf, type MachineView, type MatchRequest, type SpreadRule } from "./machine-view.ts";
import type { Fault } from "./refusal.ts";

/** Judges machines by one spread rule, given which machines would do otherwise and where the component's members are. */
export interface SpreadJudge {
  readonly rule: SpreadRule;
  fault(machine: MachineView): Fault | undefined;
  /** How many members of the component share the machine's value. */
  count(machine: MachineView): number;
}

/**
 * The emptiest value is looked for among machines that could take the member now: a site that is full or away does not
 * keep the others from growing, so spreading alone never makes a claim wait.
 */
export function makeSpreadJudge(
  rule: SpreadRule,
  request: MatchRequest,
  machines: readonly MachineView[],
  feasible: readonly MachineView[],
): SpreadJudge {
  const members = countMembers(rule, request, machines);
  const valueAt = (machine: MachineView): string | undefined => attributeOf(machine, rule.by)?.toString();
  const count = (machine: MachineView): number => members.get(valueAt(machine) ?? "") ?? 0;
  const least = Math.min(...feasible.filter((machine) => valueAt(machine) !== undefined).map(count));
  return {
    rule,
    count,
    fault(machine) {
      if (valueAt(machine) === undefined) return { reason: "AttributeUnknown", message: `${rule.by} unknown` };
      if (rule.max !== undefined && count(machine) >= rule.max)
        return spreadFull(rule, valueAt(machine), count(machine));
      if (count(machine) + 1 - least <= rule.maxSkew) return undefined;
      const message = `spread by ${rule.by} above maxSkew ${rule.maxSkew}`;
      return { reason: "Skew", message, detail: `${message}: ${valueAt(machine)} holds ${count(machine)} already` };
    },
  };
}

function spreadFull({ by, max }: SpreadRule, value: string | undefined, count: number): Fault {
  const message = `spread by ${by} above max ${max}`;
  return { reason: "SpreadFull", message, detail: `${message}: ${value} holds ${count} already` };
}

function countMembers(rule: SpreadRule, request: MatchRequest, machines: readonly MachineView[]): Map<string, number> {
  const members = new Map<string, number>();
  for (const machine of machines) {
    const value = attributeOf(machine, rule.by)?.toString() ?? "";
    const here = machine.allocations.filter(
      ({ namespace, component }) => namespace === request.namespace && component === request.component,
    );
    members.set(value, (members.get(value) ?? 0) + here.length);
  }
  return members;
}
