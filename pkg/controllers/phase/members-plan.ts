import type { Claim, Phase, Process } from "../../api/index.ts";
import { Memo } from "../../controller/index.ts";
import {
  DagOrder,
  hasOrdinal,
  type MemberPlan,
  memberOf,
  memberRevision,
  phaseFacts,
  planMember,
  revisionsOf,
} from "../../graph/index.ts";
import type { PhaseWorld } from "./world.ts";

/** One member of the phase's components, and what it shall do in all phases. */
export interface PhaseMember {
  readonly component: string;
  readonly ordinal: number;
  readonly claim: Claim;
  readonly configured: boolean;
  /** It runs what the phases say now. */
  readonly admitted: boolean;
  /** It has something to run in this phase. */
  readonly takesPart: boolean;
  /** Phases directly after this one in which it has something to run. */
  readonly following: readonly string[];
  readonly plan: MemberPlan;
  /** Why it will not enter, at its present epoch and revision. */
  readonly failure?: string;
}

/** Members in the order of component and ordinal. */
export function planMembers(world: PhaseWorld): readonly PhaseMember[] {
  const { phase, claims, processes } = world;
  const byClaim = new Map<string | undefined, Process[]>(claims.map(({ metadata }) => [metadata.uid, []]));
  for (const process of processes) byClaim.get(process.spec.claimUid)?.push(process);
  const order = new DagOrder(world.phases.map(({ spec }) => ({ name: spec.phase, after: spec.after })));
  const targets = new Map(phase.spec.components.map((name) => [name, targetOf(world, name)]));
  return claims
    .filter(({ spec }) => spec.ordinal !== undefined && phase.spec.components.includes(spec.component))
    .map((claim) => {
      // Members of a phase that stands alone run what it says at once.
      const isAlone = phase.spec.applicationName === undefined;
      const target = isAlone ? claim.spec.revision : targets.get(claim.spec.component);
      return memberIn(world, claim, { order, target, processes: byClaim.get(claim.metadata.uid) ?? [] });
    })
    .sort((left, right) =>
      left.component === right.component ? left.ordinal - right.ordinal : left.component < right.component ? -1 : 1,
    );
}

interface MemberParts {
  /** Of the phases. */
  readonly order: DagOrder;
  readonly target: string | undefined;
  readonly processes: readonly Process[];
}

interface KnownMember {
  readonly configured: boolean;
  readonly plan: MemberPlan;
}

/** Its way through all phases; of a thousand members few change between two looks at them. */
const known = new Memo<Claim, KnownMember>();

function memberIn(world: PhaseWorld, claim: Claim, { order, target, processes }: MemberParts): PhaseMember {
  const { phase, phases } = world;
  const { component, ordinal = 0 } = claim.spec;
  const hasHook = hasHooks(world, component);
  const { configured, plan } = known.of(claim, [target, hasHook, ...processes, ...factsOf(phases, claim)], () => {
    const objects = { claim, component, phases, processes, hasHooks: hasHook };
    const member = memberOf({ ...objects, ...(target !== undefined && { target }) });
    return { configured: member.configured, plan: planMember(member, order) };
  });
  const isAdmitted = target === undefined || claim.spec.revision === target;
  return {
    component,
    ordinal,
    claim,
    configured: configured && (isAdmitted || phases.some(serves)),
    admitted: target !== undefined && isAdmitted,
    takesPart: hasPart(phase, component, ordinal),
    following: phases
      .filter(({ spec }) => spec.after.includes(phase.spec.phase))
      .flatMap((it) => (hasPart(it, component, ordinal) ? [it.spec.phase] : [])),
    ...withHooksWord(wayOf(plan, order, phase.spec.phase), { claim, phase, processes }),
  };
}

function factsOf(phases: readonly Phase[], claim: Claim): readonly unknown[] {
  return phases.flatMap((phase) => phaseFacts(phase, claim));
}

function hasHooks({ components }: PhaseWorld, name: string): boolean {
  return components.some(({ spec }) => spec.name === name && spec.recovery.hooks.length > 0);
}

/** A hook may have said that a failure is the phase's: of a process its own phase's, of a machine each phase's. */
function withHooksWord(
  way: Pick<PhaseMember, "plan" | "failure">,
  { claim, phase, processes }: Pick<PhaseWorld, "phase" | "processes"> & { readonly claim: Claim },
): Pick<PhaseMember, "plan" | "failure"> {
  const { action, hook, epoch, processName, message = "" } = claim.status?.failure ?? {};
  const isFatal = action === "FailPhase" || action === "FailApplication";
  if (way.failure !== undefined || !isFatal || hook === undefined || epoch !== claim.spec.epoch) return way;
  const failed = processes.find(({ metadata }) => metadata.name === processName);
  if (failed !== undefined && failed.spec.phase !== phase.spec.phase) return way;
  return { ...way, failure: `${message} (hook ${hook} says ${action})` };
}

function hasPart({ spec }: PhaseWorld["phase"], component: string, ordinal: number): boolean {
  return spec.processes.some((it) => it.component === component && hasOrdinal(it.ordinals, ordinal));
}

/** A member that failed in a phase before this one never comes here. */
function wayOf(plan: MemberPlan, order: DagOrder, phase: string): Pick<PhaseMember, "plan" | "failure"> {
  const names = [phase, ...[...order.predecessors(phase)].sort()];
  const [failure] = names.flatMap((name) => {
    const words = plan.progress.get(name)?.failure;
    if (words === undefined) return [];
    return [name === phase ? words : `${words} in phase ${name}`];
  });
  return { plan, ...(failure !== undefined && { failure }) };
}

/** Members of a service are updated one after another; those still to come are as good as the others until then. */
function serves({ spec }: PhaseWorld["phase"]): boolean {
  return spec.processes.some(({ restartPolicy }) => restartPolicy === "Always");
}

/** What members of a component are admitted for. */
function targetOf({ phases }: PhaseWorld, component: string): string | undefined {
  const revisions = revisionsOf(phases, component);
  return Object.keys(revisions).length === 0 ? undefined : memberRevision(revisions, []);
}
