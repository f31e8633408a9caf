import { isDeleting, type PhaseStatus } from "../../api/index.ts";
import type { ChildWrite } from "../../controller/index.ts";
import { planMembers } from "./members-plan.ts";
import { planProcesses } from "./process-plan.ts";
import { planRound } from "./round-plan.ts";
import { phaseStatus } from "./status-plan.ts";
import type { PhaseWorld } from "./world.ts";

export interface PhasePlan {
  readonly writes: readonly ChildWrite[];
  readonly status: PhaseStatus;
  readonly recheckAfterMs?: number;
  /** How its processes do from now on means nothing to anybody but those who read its status. */
  readonly onlyCounts: boolean;
}

/**
 * What a phase does next. Processes follow the state that is stored, not the one that is about to be: an opening or a
 * release is written before anybody acts on it. `refused`: what a quota kept from being made, in its words.
 */
export function planPhase(world: PhaseWorld, refused?: string): PhasePlan {
  const { status } = world.phase;
  if (status !== undefined && hasLetGo(world)) return { writes: [], status, onlyCounts: false };
  const members = planMembers(world);
  const round = planRound(world, members);
  return {
    writes: planProcesses(world, members),
    status: phaseStatus(world, round, members, refused),
    onlyCounts: round.state === "Released" && world.phases.length === 1,
    ...(round.recheckAfterMs !== undefined && { recheckAfterMs: round.recheckAfterMs }),
  };
}

/**
 * Members leave because the application has ended, is suspended or deleted: what the phase and its processes tell stays
 * as it is, and nobody's absence counts.
 */
function hasLetGo({ phase, components }: PhaseWorld): boolean {
  return phase.spec.components.some((name) => {
    const component = components.find(({ spec }) => spec.name === name);
    if (component === undefined) return phase.status?.state !== "Waiting";
    return isDeleting(component) || component.spec.suspend;
  });
}
