import type { Claim } from "../../api/index.ts";
import { hasOrdinal, type MemberPlan, memberOf, memberRevision, planMember, revisionsOf } from "../../graph/index.ts";
import type { PhaseWorld } from "./world.ts";

/** One member of the phase's components, and what it shall do in all phases. */
export interface PhaseMember {
  readonly component: string;
  readonly ordinal: number;
  readonly claim: Claim;
  readonly configured: boolean;
  /** It has something to run in this phase. */
  readonly takesPart: boolean;
  readonly plan: MemberPlan;
}

/** Members in the order of component and ordinal. */
export function planMembers(world: PhaseWorld): readonly PhaseMember[] {
  const { phase, claims } = world;
  return claims
    .filter(({ spec }) => spec.ordinal !== undefined && phase.spec.components.includes(spec.component))
    .map((claim) => memberIn(world, claim))
    .sort((left, right) =>
      left.component === right.component ? left.ordinal - right.ordinal : left.component < right.component ? -1 : 1,
    );
}

function memberIn(world: PhaseWorld, claim: Claim): PhaseMember {
  const { phase, phases, processes } = world;
  const { component, ordinal = 0 } = claim.spec;
  const target = targetOf(world, claim);
  const member = memberOf({
    claim,
    component,
    phases,
    processes: processes.filter(({ spec }) => spec.component === component && spec.ordinal === ordinal),
    ...(target !== undefined && { target }),
  });
  return {
    component,
    ordinal,
    claim,
    configured: member.configured && (target === undefined || claim.spec.revision === target),
    takesPart: phase.spec.processes.some((it) => it.component === component && hasOrdinal(it.ordinals, ordinal)),
    plan: planMember(member),
  };
}

/** What the member is admitted for; members of a phase that stands alone run what it says at once. */
function targetOf({ phase, phases }: PhaseWorld, claim: Claim): string | undefined {
  if (phase.spec.applicationName === undefined) return claim.spec.revision;
  const revisions = revisionsOf(phases, claim.spec.component);
  return Object.keys(revisions).length === 0 ? undefined : memberRevision(revisions, []);
}
