import { alternativeChildName, childName } from "../../api/index.ts";
import type { PhaseMember } from "./members-plan.ts";
import type { PhaseWorld } from "./world.ts";

/** APP-PHASE-PROCESS-COMPONENT-ORDINAL, or a hashed form where somebody else has that name. */
export function processName({ phase, foreignNames }: PhaseWorld, member: PhaseMember, process: string): string {
  const parts = [phase.metadata.name ?? "", process, member.component, member.ordinal];
  const name = childName(...parts);
  return foreignNames.has(name) ? alternativeChildName(...parts) : name;
}
