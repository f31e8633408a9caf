import {
  cleanupFinalizer,
  controllerRef,
  isDeleting,
  kinds,
  labels,
  type Phase,
  type Process,
  type ProcessTemplate,
} from "../../api/index.ts";
import { formatMicroTime } from "../../clock/index.ts";
import { type ChildWrite, Memo, orderedProcess } from "../../controller/index.ts";
import { type MemberStep, wasEvicted } from "../../graph/index.ts";
import { equalJson } from "../../merge/index.ts";
import { findFault, type ValueSource } from "../../values/index.ts";
import type { PhaseMember } from "./members-plan.ts";
import { processName } from "./process-name-plan.ts";
import type { PhaseWorld } from "./world.ts";

/** What has to be written so that the members' processes of this phase are as planned. */
export function planProcesses(world: PhaseWorld, members: readonly PhaseMember[]): readonly ChildWrite[] {
  const { phase, processes } = world;
  const all = processes.filter(({ spec }) => spec.phase === phase.spec.phase).sort(byName);
  const own = all.filter((process) => !isDeleting(process));
  const claims = new Set(members.map(({ claim }) => claim.metadata.uid));
  const stale = own.filter(({ spec }) => !claims.has(spec.claimUid));
  if (phase.spec.suspend || phase.status?.retrying === true) return own.map(deletion);
  const byClaim = groupByClaim(own);
  const evicted = new Set(members.flatMap((member) => evictedOf(member, byClaim.get(member.claim.metadata.uid) ?? [])));
  // A name is free again only when its former process has gone.
  const blocked = new Set(
    all
      .filter((it) => isDeleting(it) || !claims.has(it.spec.claimUid) || evicted.has(it))
      .map(({ metadata }) => metadata.name),
  );
  const changes = members.flatMap((member) => {
    const mine = byClaim.get(member.claim.metadata.uid) ?? [];
    return memberWrites(
      world,
      member,
      mine.filter((process) => !evicted.has(process)),
    );
  });
  return [
    ...[...stale, ...evicted].map(deletion),
    ...changes.filter(({ verb, object }) => verb !== "create" || !blocked.has(object.metadata.name)),
  ];
}

/** A member that may not run what the phase says now needs the processes it has: they hold its template. */
function evictedOf({ claim, admitted }: PhaseMember, own: readonly Process[]): readonly Process[] {
  return own.filter((process) => admitted && wasEvicted(claim, process));
}

function groupByClaim(processes: readonly Process[]): ReadonlyMap<string | undefined, readonly Process[]> {
  const groups = new Map<string | undefined, Process[]>();
  for (const process of processes) {
    const group = groups.get(process.spec.claimUid);
    if (group === undefined) groups.set(process.spec.claimUid, [process]);
    else group.push(process);
  }
  return groups;
}

function byName(left: Process, right: Process): number {
  return (left.metadata.name ?? "") < (right.metadata.name ?? "") ? -1 : 1;
}

function deletion(object: Process): ChildWrite {
  return { verb: "delete", kind: kinds.Process, object };
}

function update(object: Process): ChildWrite {
  return { verb: "update", kind: kinds.Process, object };
}

/** `mine`: the processes of the member in this phase. */
function memberWrites(world: PhaseWorld, member: PhaseMember, mine: readonly Process[]): readonly ChildWrite[] {
  const { phase } = world;
  const steps = member.plan.steps.filter((step) => step.phase === phase.spec.phase);
  if (steps.length === 0) return keptWrites(phase, member, mine);
  const stepped = new Set(steps.map(({ process }) => process));
  const others = mine.filter(({ spec }) => !stepped.has(spec.process ?? ""));
  return [...steps.flatMap((step) => stepWrites(world, member, step, mine)), ...refreshes(phase, member, mine, others)];
}

/** Of a thousand members few change between two looks at them. */
const kept = new WeakMap<Phase["spec"], Memo<PhaseMember["claim"], readonly ChildWrite[]>>();

/** Of a member whose processes are all as they shall be, but for what holds without a restart. */
function keptWrites(phase: Phase, member: PhaseMember, mine: readonly Process[]): readonly ChildWrite[] {
  const memo = kept.get(phase.spec) ?? new Memo();
  kept.set(phase.spec, memo);
  const { state, round } = phase.status ?? {};
  return memo.of(member.claim, [state, round, member.plan, ...mine], () => refreshes(phase, member, mine, mine));
}

/** `some` of the member's processes. */
function refreshes(
  phase: Phase,
  member: PhaseMember,
  mine: readonly Process[],
  some: readonly Process[],
): readonly ChildWrite[] {
  return some.flatMap((process) => refresh(phase, process, tidyOf(phase, member, process, mine)));
}

function stepWrites(
  world: PhaseWorld,
  member: PhaseMember,
  step: MemberStep,
  mine: readonly Process[],
): readonly ChildWrite[] {
  const existing = mine.find(({ spec }) => spec.process === step.process);
  switch (step.kind) {
    case "Remove":
      return existing === undefined ? [] : [deletion(existing)];
    case "Stop":
      return existing === undefined ? [] : [update(stopped(existing, step.late === true))];
    case "Run":
      return runWrites(world, member, step, existing);
  }
}

function stopped(existing: Process, late: boolean): Process {
  return { ...existing, spec: { ...existing.spec, suspend: true, late } };
}

function runWrites(
  world: PhaseWorld,
  member: PhaseMember,
  step: Extract<MemberStep, { kind: "Run" }>,
  existing: Process | undefined,
): readonly ChildWrite[] {
  const { phase } = world;
  const template = templateOf(phase, step.process, member);
  const order = { epoch: step.epoch, revision: step.revision, suspend: false, late: false, catchingUp: step.catchUp };
  if (existing !== undefined && (!step.renew || template === undefined)) {
    return [updated(existing, { ...existing.spec, ...order }, member)];
  }
  if (template === undefined) return [];
  const spec = { ...runOf(template), ...placeOf(world, member, step), ...order };
  if (existing !== undefined) return [updated(existing, spec, member)];
  const name = processName(world, member, step.process);
  const object: Process = {
    apiVersion: "plush.dev/v1",
    kind: "Process",
    metadata: {
      name,
      namespace: phase.metadata.namespace ?? "",
      labels: labelsOf(world.phase, member, step.process),
      ownerReferences: [controllerRef(phase, kinds.Phase)],
      // It goes when it has been seen ended: what a document leaves out is not stopped.
      finalizers: [cleanupFinalizer],
    },
    spec,
  };
  return [{ verb: "create", kind: kinds.Process, object: told(object, member, world) }];
}

const nothing: ValueSource = { configMap: () => undefined, secret: () => undefined };

/** With its first status, where nothing has to be looked up for it: of everything else its own controller is the first to tell. */
function told(object: Process, { claim }: PhaseMember, { now }: PhaseWorld): Process {
  const { resourceName } = claim.spec;
  const isPlain = object.spec.user === undefined && findFault(object.spec, nothing) === undefined;
  return isPlain && resourceName !== undefined ? orderedProcess(object, resourceName, formatMicroTime(now)) : object;
}

function updated(existing: Process, spec: Process["spec"], member: PhaseMember): ChildWrite {
  const { metadata } = existing;
  const place = resourceLabel(member);
  return update({ ...existing, metadata: { ...metadata, labels: { ...metadata.labels, ...place } }, spec });
}

/**
 * After the release a member that is through with the phase clears away what it leaves, once for each of its holders and
 * revisions; one of its processes stands for the files of them all.
 */
function tidyOf(
  { spec, status }: Phase,
  { plan }: PhaseMember,
  { metadata, spec: own }: Process,
  mine: readonly Process[],
): Process["spec"]["tidy"] {
  const { cleanup } = spec;
  const isThrough = status?.state === "Released" && plan.progress.get(spec.phase)?.entered === true;
  if (cleanup === undefined || !isThrough) return own.tidy;
  const isFirst = mine.every((other) => (other.metadata.name ?? "") >= (metadata.name ?? ""));
  return { key: `${status.round ?? 0}/${own.epoch}/${own.revision}`, remove: isFirst ? cleanup.remove : [] };
}

/** Fields that hold without a restart follow the template at once. */
function refresh(phase: Phase, process: Process, tidy: Process["spec"]["tidy"]): readonly ChildWrite[] {
  const template = phase.spec.processes.find(
    ({ name, component }) => name === process.spec.process && component === process.spec.component,
  );
  if (template === undefined || phase.spec.revisions[process.spec.component ?? ""] !== process.spec.revision) return [];
  const recovery = phase.spec.recovery.process;
  return refreshed.of(process, [template, recovery, tidy], () => refreshedBy(template, { process, recovery, tidy }));
}

/** Of ten thousand processes few change between two looks at them. */
const refreshed = new Memo<Process, readonly ChildWrite[]>();

interface RefreshParts extends Pick<Process["spec"], "recovery"> {
  readonly process: Process;
  readonly tidy: Process["spec"]["tidy"] | undefined;
}

function refreshedBy(template: ProcessTemplate, { process, recovery, tidy }: RefreshParts): readonly ChildWrite[] {
  const {
    startupProbe: _startup,
    readinessProbe: _readiness,
    livenessProbe: _liveness,
    onPeersChange: _onPeersChange,
    metrics: _metrics,
    ...kept
  } = process.spec;
  const spec = {
    ...kept,
    ...runOf(template),
    recovery,
    ...(tidy !== undefined && { tidy }),
  };
  return equalJson(spec, process.spec) ? [] : [update({ ...process, spec })];
}

function templateOf(phase: Phase, name: string, { component }: PhaseMember): ProcessTemplate | undefined {
  return phase.spec.processes.find((template) => template.name === name && template.component === component);
}

/** What of a template is the process's own. */
function runOf(template: ProcessTemplate): Omit<ProcessTemplate, "name" | "component" | "ordinals" | "catchUp"> {
  const { name: _name, component: _component, ordinals: _ordinals, catchUp: _catchUp, ...run } = template;
  return run;
}

function placeOf(
  { phase }: PhaseWorld,
  { claim, component, ordinal }: PhaseMember,
  step: { readonly process: string },
): Pick<
  Process["spec"],
  | "claimName"
  | "claimUid"
  | "applicationName"
  | "componentName"
  | "component"
  | "ordinal"
  | "phaseName"
  | "phase"
  | "process"
  | "recovery"
> {
  const { applicationName } = phase.spec;
  const { componentName } = claim.spec;
  return {
    claimName: claim.metadata.name ?? "",
    claimUid: claim.metadata.uid ?? "",
    ...(applicationName !== undefined && { applicationName }),
    ...(componentName !== undefined && { componentName }),
    component,
    ordinal,
    phaseName: phase.metadata.name ?? "",
    phase: phase.spec.phase,
    process: step.process,
    recovery: phase.spec.recovery.process,
  };
}

function labelsOf({ spec }: Phase, member: PhaseMember, process: string): Readonly<Record<string, string>> {
  return {
    ...(spec.applicationName !== undefined && { [labels.application]: spec.applicationName }),
    [labels.component]: member.component,
    [labels.ordinal]: String(member.ordinal),
    [labels.phase]: spec.phase,
    [labels.process]: process,
    ...resourceLabel(member),
  };
}

function resourceLabel({ claim }: PhaseMember): Readonly<Record<string, string>> {
  const { resourceName } = claim.spec;
  // Names of machines may be longer than a label's value may be.
  return resourceName === undefined || resourceName.length > 63 ? {} : { [labels.resource]: resourceName };
}
