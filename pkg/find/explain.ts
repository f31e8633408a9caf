import type { FoundMachine, OtherMachine, RefusedMachine } from "../api/index.ts";
import {
  type GroupRequest,
  type MachineView,
  type MatchRequest,
  penaltyOf,
  refusalOf,
  requestBeside,
  type Search,
  type Sets,
  spreadFault,
  termsOf,
} from "../match/index.ts";

/** What is told of machines that were not taken. */
export interface Explanation {
  readonly others: readonly OtherMachine[];
  readonly refused: readonly RefusedMachine[];
}

/** So many machines are looked at before others have their turn. */
const machinesPerTurn = 200;

/**
 * Every machine that is not in a group's set: with its penalties beside those that are, or the reason why it will not do.
 * Where no set was found, each is looked at by itself.
 */
export function* explain(
  groups: readonly GroupRequest[],
  machines: readonly MachineView[],
  sets: Sets,
): Search<Explanation> {
  const takers = new Map(
    [...sets].flatMap(([name, members]) => members.map((machine) => [machine.name, name] as const)),
  );
  const others: OtherMachine[] = [];
  const refused: RefusedMachine[] = [];
  for (const group of groups) {
    const isTooMany = spreadFault(group, machines, sets);
    const left = machines.filter((machine) => takers.get(machine.name) !== group.name);
    const found: OtherMachine[] = [];
    for (const [at, machine] of left.entries()) {
      if (at % machinesPerTurn === 0) yield;
      const request = askedOf(group, sets, machine);
      const refusal = refusalOf(request, machine) ?? isTooMany(machine) ?? takenBy(takers.get(machine.name));
      if (refusal === undefined) found.push({ group: group.name, ...foundMachine(group, sets, machine) });
      else refused.push({ group: group.name, resource: machine.name, ...reasonOf(refusal) });
    }
    others.push(...found.sort((one, other) => one.penalty - other.penalty || one.claims - other.claims));
  }
  return { others, refused };
}

function askedOf(group: GroupRequest, sets: Sets, machine: MachineView): MatchRequest {
  return sets.size === 0 ? group.request : requestBeside(group, sets, machine);
}

/** A machine of a group, with what it pays beside the others. */
export function foundMachine(group: GroupRequest, sets: Sets, machine: MachineView): FoundMachine {
  const request = askedOf(group, sets, machine);
  return {
    resource: machine.name,
    penalty: penaltyOf(request, machine),
    terms: termsOf(request, machine),
    claims: machine.allocations.length,
  };
}

interface Reason {
  readonly reason: string;
  readonly message: string;
  readonly detail?: string;
}

function takenBy(group: string | undefined): Reason | undefined {
  return group === undefined ? undefined : { reason: "OtherGroup", message: `taken for group ${group}` };
}

function reasonOf({ reason, message, detail }: Reason): { readonly reason: string; readonly message: string } {
  return { reason, message: detail ?? message };
}
