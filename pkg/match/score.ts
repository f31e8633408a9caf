import { attributePenalty } from "./attribute-terms.ts";
import { fromMicro, toMicro } from "./bounds.ts";
import { attributeOf, type MachineView, type MatchRequest } from "./machine-view.ts";
import { peerPenalty } from "./peer-terms.ts";
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
  for (let at = 0; at < left.length; at++) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** What a machine pays for one thing. */
export interface PenaltyTerm {
  readonly term: string;
  readonly penalty: number;
}

/** What a machine pays, by what it pays for; of what is ideal there is nothing. */
export function termsOf(request: MatchRequest, machine: MachineView): readonly PenaltyTerm[] {
  const attributes = request.attributes.map((requirement) => ({
    term: requirement.name,
    penalty: attributePenalty(requirement, attributeOf(machine, requirement.name)),
  }));
  const peers = (request.peers ?? []).map((term) => ({ term: term.label, penalty: peerPenalty(term, machine) }));
  return [...attributes, ...peers].filter(({ penalty }) => penalty !== 0);
}

/** The same in one number: placing, replacing and finding compare machines by this and nothing else. */
export function penaltyOf(request: MatchRequest, machine: MachineView): number {
  if (request.attributes.length === 0 && request.peers === undefined) return 0;
  // As termsOf, without an object for each: it is asked of all machines.
  let micro = 0;
  for (const requirement of request.attributes)
    micro += toMicro(attributePenalty(requirement, attributeOf(machine, requirement.name)));
  for (const term of request.peers ?? []) micro += toMicro(peerPenalty(term, machine));
  return fromMicro(micro);
}
