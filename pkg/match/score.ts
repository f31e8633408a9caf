import { type AttributeRequirement, attributeOf, type MachineView, type MatchRequest } from "./machine-view.ts";
import type { SpreadJudge } from "./spread.ts";

/** The least wins; compared from left to right. */
export type Score = readonly number[];

/** Penalty first, then the emptiest site, then the emptiest machine. */
export function scoreOf(request: MatchRequest, machine: MachineView, spread: readonly SpreadJudge[]): Score {
  return [penaltyOf(request, machine), ...spread.map((judge) => judge.count(machine)), machine.allocations.length];
}

/** A score in words. */
export function namedScore(score: Score): {
  readonly penalty: number;
  readonly spread: readonly number[];
  readonly claims: number;
} {
  return { penalty: score[0] ?? 0, spread: score.slice(1, -1), claims: score.at(-1) ?? 0 };
}

export function compareScores(left: Score, right: Score): number {
  for (const [index, value] of left.entries()) {
    const difference = value - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function penaltyOf(request: MatchRequest, machine: MachineView): number {
  return request.attributes.reduce((sum, requirement) => sum + attributePenalty(requirement, machine), 0);
}

function attributePenalty(requirement: AttributeRequirement, machine: MachineView): number {
  const { ideal, penalty = 1 } = requirement;
  const value = Number(attributeOf(machine, requirement.name));
  if (ideal === undefined || Number.isNaN(value)) return 0;
  const below = Math.max(0, (ideal.min ?? value) - value);
  const above = Math.max(0, value - (ideal.max ?? value));
  return (below + above) * penalty;
}
