import { findCondition, isTrue, type Process } from "../api/index.ts";
import type { DagOrder } from "./dag.ts";
import { type Member, planMember } from "./member-plan.ts";
import { isAdmitted, isOf, type MemberObjects, memberOf } from "./member-view.ts";

/** How a member does, all phases taken together. */
export interface MemberReadiness {
  readonly configured: boolean;
  /** Configured, and its long-running processes are ready on a machine that answers. */
  readonly ready: boolean;
  /** Admitted to the newest revision, and through with it in every phase that has opened. */
  readonly updated: boolean;
  /** When its processes became ready, RFC 3339; absent where it is not ready, or runs nothing for long. */
  readonly readySince?: string;
}

/** `order`: of the phases; the same for all members of an application. */
export function memberReadiness(objects: MemberObjects, order?: DagOrder): MemberReadiness {
  const member = memberOf(objects);
  const running = objects.processes.filter((it) => it.spec.restartPolicy === "Always" && isOf(it, objects.claim));
  const allThere = expectedRuns(objects, member).every((name) => running.some((process) => nameOf(process) === name));
  const ready = member.configured && allThere && running.every((process) => isReady(process, member.epoch));
  const readySince = running
    .flatMap(({ status }) => findCondition(status?.conditions, "Ready")?.lastTransitionTime ?? [])
    .sort()
    .at(-1);
  return {
    configured: member.configured,
    ready,
    updated: isAdmitted(objects) && member.configured && isThrough(member, order),
    ...(ready && readySince !== undefined && { readySince }),
  };
}

/** Long-running processes of the phases' templates that this member shall have, those of phases still closed too. */
function expectedRuns({ phases }: MemberObjects, member: Member): readonly string[] {
  return phases.flatMap(({ spec }) => {
    const phase = member.phases.find(({ name }) => name === spec.phase);
    if (phase?.revision === undefined) return [];
    const own = spec.processes.filter(({ name }) => phase.templates.some((template) => template.name === name));
    return own
      .filter((it) => it.restartPolicy === "Always" && it.catchUp === "Run")
      .map(({ name }) => `${spec.phase}/${name}`);
  });
}

function nameOf({ spec }: Process): string {
  return `${spec.phase}/${spec.process}`;
}

function isReady({ spec, status }: Process, epoch: number): boolean {
  if (spec.epoch !== epoch || status?.epoch !== epoch) return false;
  return status.state === "Ready" && isTrue(status.conditions, "Ready");
}

function isThrough(member: Member, order: DagOrder | undefined): boolean {
  const { steps, progress } = planMember(member, order);
  const opened = member.phases.filter(({ state, templates }) => state !== "Waiting" && templates.length > 0);
  return steps.length === 0 && opened.every(({ name }) => progress.get(name)?.entered === true);
}
