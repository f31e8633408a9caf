import { covers } from "./eligibility-filters.ts";
import { type AttributeRequirement, attributeOf, type MachineView, type MatchRequest } from "./machine-view.ts";
import type { SpreadJudge } from "./spread.ts";

/** The least wins; compared from left to right. */
export type Score = readonly number[];

/** Penalty first, then the emptiest site, then the emptiest machine. */
export function scoreOf(request: MatchRequest, machine: MachineView, spread: readonly SpreadJudge[]): Score {
  return [penaltyOf(request, machine), ...spread.map((judge) => judge.count(machine)), machine.allocations.length];
}

export function compareScores(left: Score, right: Score): number {
  for (const [index, value] of left.entries()) {
    const difference = value - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** A taint that should be avoided weighs as much as one unit outside an ideal range without a penalty of its own. */
const softTaintPenalty = 1;

function penaltyOf(request: MatchRequest, machine: MachineView): number {
  const soft = machine.taints.filter(
    (taint) => taint.effect === "PreferNoSchedule" && !request.tolerations.some((one) => covers(one, taint)),
  );
  const attributes = request.attributes.map((requirement) => attributePenalty(requirement, machine));
  return attributes.reduce((sum, one) => sum + one, soft.length * softTaintPenalty);
}

function attributePenalty(requirement: AttributeRequirement, machine: MachineView): number {
  const { ideal, penalty = 1 } = requirement;
  const value = Number(attributeOf(machine, requirement.name));
  if (ideal === undefined || Number.isNaN(value)) return 0;
  const below = Math.max(0, (ideal.min ?? value) - value);
  const above = Math.max(0, value - (ideal.max ?? value));
  return (below + above) * penalty;
}
