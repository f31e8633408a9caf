import type { Claim, EnteredMember, Phase, Process } from "../api/index.ts";
import { isBound } from "./bound.ts";
import { entriesOf } from "./entries.ts";
import type { Member, MemberPhase } from "./member-plan.ts";
import { failureOf, type MemberProcess } from "./member-process.ts";
import { hasOrdinal } from "./ordinals.ts";

/** A member as objects tell of it. */
export interface MemberObjects {
  readonly claim: Claim;
  /** The component's name as the phases' templates give it. */
  readonly component: string;
  /** All phases that belong together. */
  readonly phases: readonly Phase[];
  /** What members shall run in all (memberRevision of the phases); absent: not known yet, nobody is admitted. */
  readonly target?: string;
  /** Processes of this member; those of a former claim of the same name count as not there. */
  readonly processes: readonly Process[];
  /** Hooks are asked about its failures: one that never restarts has failed once its claim says what is done about it. */
  readonly hasHooks?: boolean;
}

export function memberOf(objects: MemberObjects): Member {
  const { claim, component, phases } = objects;
  const revisions = isAdmitted(objects) ? revisionsOf(phases, component) : {};
  return {
    epoch: claim.spec.epoch,
    configured: isConfigured(claim),
    placed: claim.metadata.deletionTimestamp === undefined && isBound(claim),
    givenUpFails: phases.some(givenUpFails),
    phases: phases.map((phase) => memberPhase(phase, objects, revisions[phase.spec.phase])),
    processes: objects.processes
      .filter((process) => isOf(process, claim))
      .map((process) => ({
        ...memberProcess(process),
        ...(objects.hasHooks === true && isPardoned(process, claim) && { pardoned: true }),
      })),
  };
}

/** Why a process that never restarts has not done what its phase wants; undefined for others, and where it still may. */
export function finalFailure(process: Process): string | undefined {
  return process.spec.restartPolicy === "Never" ? failureOf(memberProcess(process), false) : undefined;
}

function isPardoned({ metadata, spec }: Process, { spec: { epoch, revision }, status }: Claim): boolean {
  if (spec.restartPolicy !== "Never") return false;
  const { failure } = status ?? {};
  const isOfIt = failure?.processName === metadata.name && failure?.epoch === epoch && failure.revision === revision;
  return !isOfIt || (failure?.action !== "FailPhase" && failure?.action !== "FailApplication");
}

/** What the phases want members of a component to run, by phase. */
export function revisionsOf(phases: readonly Phase[], component: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    phases.flatMap(({ spec }) => {
      const revision = spec.revisions[component];
      return revision === undefined ? [] : [[spec.phase, revision]];
    }),
  );
}

/** Whether the member may run what the phases say now; else it goes on with what it has. */
export function isAdmitted({ claim, target }: MemberObjects): boolean {
  return target !== undefined && claim.spec.revision === target;
}

/** The member's software is in place on the machine that it has now, for the revision that it has now. */
function isConfigured(claim: Claim): boolean {
  const { spec, status } = claim;
  if (claim.metadata.deletionTimestamp !== undefined || !isBound(claim)) return false;
  if (status?.state !== "Configured" && status?.state !== "Ready") return false;
  return status.epoch === spec.epoch && (status.revision === undefined || status.revision === spec.revision);
}

/** Runs under this very claim and is there to stay. */
export function isOf(process: Process, claim: Claim): boolean {
  return process.spec.claimUid === claim.metadata.uid && process.metadata.deletionTimestamp === undefined;
}

function givenUpFails(phase: Phase): boolean {
  const { action } = phase.spec.recovery.process;
  return action === "FailPhase" || action === "FailApplication";
}

function memberPhase(phase: Phase, { claim, component }: MemberObjects, revision: string | undefined): MemberPhase {
  const templates = phase.spec.processes
    .filter((template) => template.component === component && hasOrdinal(template.ordinals, claim.spec.ordinal ?? 0))
    .map(({ name, catchUp }) => ({ name, catchUp }));
  return {
    name: phase.spec.phase,
    after: phase.spec.after,
    state: stateFor(phase),
    templates,
    ...(hasEntered(phase, claim) && { entered: true }),
    ...(templates.length > 0 && gateFor(phase, claim)),
    ...(revision !== undefined && { revision }),
  };
}

/**
 * All that `memberOf` reads of a phase: where none of it is another, neither is what it makes of it. A phase says something
 * new whenever one of its members does, and to the others it means nothing.
 */
export function phaseFacts(phase: Phase, claim: Claim): readonly unknown[] {
  const { rejected, held } = gateFor(phase, claim);
  return [phase.spec, stateFor(phase), hasEntered(phase, claim), rejected, held];
}

function hasEntered({ status }: Phase, { metadata, spec }: Claim): boolean {
  const { component, ordinal = 0, epoch } = spec;
  return entriesOf(status?.entered ?? [], { component, ordinal }).some(
    (member) => member.epoch === epoch && (member.claimUid ?? metadata.uid) === metadata.uid,
  );
}

/** How a released barrier receives this member. */
function gateFor(
  { spec, status }: Phase,
  { metadata, spec: { component, ordinal = 0, epoch } }: Claim,
): Partial<MemberPhase> {
  if (status?.state !== "Released" || status.release === undefined) return {};
  const { throttle, late } = spec.barrier.release;
  const me = { component, ordinal };
  // Who takes the place of a member that had entered is not late.
  const rejected = late === "Reject" && entriesOf(status.release.members, me).length === 0;
  const hasPassed = (member: EnteredMember): boolean =>
    member.epoch === epoch && (member.claimUid ?? metadata.uid) === metadata.uid;
  const held = throttle !== undefined && !entriesOf(status.passed ?? [], me).some(hasPassed);
  return { ...(rejected && { rejected }), ...(held && { held }) };
}

/** A phase that failed and is no obstacle is passed as a released one is. */
function stateFor({ spec, status }: Phase): MemberPhase["state"] {
  const state = status?.state ?? "Waiting";
  return state === "Failed" && spec.onFailure === "Continue" ? "Released" : state;
}

function memberProcess({ spec, status }: Process): MemberProcess {
  return {
    phase: spec.phase ?? "",
    process: spec.process ?? "",
    restartPolicy: spec.restartPolicy,
    epoch: spec.epoch,
    revision: spec.revision,
    suspend: spec.suspend,
    catchUp: spec.catchingUp,
    ...(status?.state !== undefined && {
      observed: {
        state: status.state,
        epoch: status.epoch ?? 0,
        revision: status.revision ?? "",
        ...(status.exitCode !== undefined && { exitCode: status.exitCode }),
        ...(status.signal !== undefined && { signal: status.signal }),
      },
    }),
  };
}
