import type { PhaseStatus } from "../../api/index.ts";
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
}

/**
 * What a phase does next. Processes follow the state that is stored, not the one that is about to be: an opening or a
 * release is written before anybody acts on it.
 */
export function planPhase(world: PhaseWorld): PhasePlan {
  const members = planMembers(world);
  const round = planRound(world, members);
  return {
    writes: planProcesses(world, members),
    status: phaseStatus(world, round, members),
    ...(round.recheckAfterMs !== undefined && { recheckAfterMs: round.recheckAfterMs }),
  };
}
