import {
  attributesInBounds,
  freeOfResidue,
  hasAccess,
  inPool,
  isReady,
  matchesSelector,
  notAvoided,
  notDeleting,
  notQuarantined,
  notUnderPressure,
  packagesFit,
  peersFit,
  schedulable,
  tolerated,
  withinQuota,
} from "./eligibility-filters.ts";
import type { Filter } from "./filter.ts";
import type { MachineView, MatchRequest } from "./machine-view.ts";
import type { Fault, Refusal } from "./refusal.ts";
import {
  componentNotPresent,
  enoughCpu,
  enoughMemory,
  namespaceAlone,
  notDedicated,
  portsFree,
} from "./room-filters.ts";
import { compareScores, namedScore, scoreOf } from "./score.ts";
import { makeSpreadJudge } from "./spread.ts";

export interface MatchResult {
  /** The machine to take; undefined where none will do. */
  readonly chosen: MachineView | undefined;
  /** One a machine that will not do, in the order of their names. */
  readonly refusals: readonly Refusal[];
  /** Machines that will do, best first. */
  readonly ranking: readonly RankedMachine[];
}

/** A machine that will do, with what it was compared by: the least wins, in this order; then its name. */
export interface RankedMachine {
  readonly name: string;
  readonly penalty: number;
  /** Members of the component that share its value, for each spread rule. */
  readonly spread: readonly number[];
  /** Claims that it holds. */
  readonly claims: number;
}

/** In the order in which a person would rule machines out; the first that refuses gives the reason. */
const filters: readonly Filter[] = [
  inPool,
  hasAccess,
  matchesSelector,
  notDeleting,
  withinQuota,
  schedulable,
  notQuarantined,
  isReady,
  freeOfResidue,
  notUnderPressure,
  attributesInBounds,
  packagesFit,
  tolerated,
  notDedicated,
  componentNotPresent,
  namespaceAlone,
  portsFree,
  enoughCpu,
  enoughMemory,
  notAvoided,
  peersFit,
];

/**
 * Chooses the machine for one claim: of those that will do, the one of least penalty, then the best spread, then the
 * one with the fewest claims, then the first by name. The order of `machines` does not matter.
 */
export function match(request: MatchRequest, machines: readonly MachineView[]): MatchResult {
  const sorted = [...machines].sort((left, right) => compareText(left.name, right.name));
  const refusals: Refusal[] = [];
  const feasible = sorted.filter((machine) => {
    const refusal = refusalOf(request, machine);
    if (refusal !== undefined) refusals.push(refusal);
    return refusal === undefined;
  });
  const judges = request.spread.map((rule) => makeSpreadJudge(rule, request, sorted, feasible));
  const spread = feasible.filter((machine) => {
    const fault = judges.map((judge) => judge.fault(machine)).find((one) => one !== undefined);
    if (fault !== undefined) refusals.push({ resource: machine.name, ...fault });
    return fault === undefined;
  });
  const scored = spread.map((machine) => ({ machine, score: scoreOf(request, machine, judges) }));
  // Sorting is stable, so equal scores keep the order of names.
  scored.sort((left, right) => compareScores(left.score, right.score));
  refusals.sort((left, right) => compareText(left.resource, right.resource));
  const ranking = scored.map(({ machine, score }) => ({ name: machine.name, ...namedScore(score) }));
  return { chosen: scored[0]?.machine, refusals, ranking };
}

/**
 * Why a machine is none that was asked for, whatever goes on there: its pool, its labels or its attributes are others;
 * undefined where it is one.
 */
export function misfitOf(request: MatchRequest, machine: MachineView): Fault | undefined {
  return inPool(request, machine) ?? matchesSelector(request, machine) ?? attributesInBounds(request, machine);
}

/** Why one machine will not do for a request, spread left aside; undefined where it will. */
export function refusalOf(request: MatchRequest, machine: MachineView): Refusal | undefined {
  for (const filter of filters) {
    const fault = filter(request, machine);
    if (fault !== undefined) return { resource: machine.name, ...fault };
  }
  return undefined;
}

function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
