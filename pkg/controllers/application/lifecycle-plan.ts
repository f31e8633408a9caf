import { type Application, type ApplicationFailure, findCondition, isDeleting, type Phase } from "../../api/index.ts";
import { durationMs, parseTimestamp } from "../../clock/index.ts";
import { type Expiry, planExpiry } from "./expiry-plan.ts";
import { memberFailure } from "./failure-plan.ts";
import { isBatch, type Revisions } from "./revision-plan.ts";
import type { ApplicationWorld } from "./world.ts";

/** Where an application is in its life. */
export type Stage = "Active" | "Complete" | "Failed" | "Suspended" | "Expired" | "Deleting";

export interface Lifecycle {
  readonly stage: Stage;
  /** Its machines are cleaned and given back. */
  readonly letsGo: boolean;
  /** Processes whose logs and outputs have to be fetched before that. */
  readonly waitsFor?: number;
  /** When it became complete or failed: wall clock, ms. */
  readonly finishedAt?: number;
  readonly failedPhases: readonly Phase[];
  /** The member that recovery lets the whole application fail with. */
  readonly failure?: ApplicationFailure;
  readonly expiry: Expiry;
  /** It is over for so long that it is to be deleted. */
  readonly isOutlived: boolean;
  /** When its machines are given back, or it is deleted. */
  readonly recheckAfterMs?: number;
}

/** So long a failed application keeps its machines, for a look. */
const keptAfterFailureMs = 3_600_000;

export function planLifecycle(world: ApplicationWorld, revisions: Revisions): Lifecycle {
  const { application } = world;
  const failedPhases = world.phases.filter((phase) => isFailed(phase) && isOfThisRun(phase, revisions));
  const expiry = planExpiry(application, world.now);
  const base = { failedPhases, expiry, isOutlived: false };
  if (isDeleting(application)) return { ...base, stage: "Deleting", letsGo: true };
  if (application.spec.suspend) return { ...base, stage: "Suspended", letsGo: true };
  const failure = memberFailure(world, revisions, failedPhases);
  const hasFailed = failedPhases.length > 0 || failure !== undefined;
  const stage = stageOf(world, revisions, { hasFailed, expiry });
  if (stage === "Active") return { ...base, stage, letsGo: false, ...recheckOf([expiry.recheckAfterMs]) };
  const endedAt = stage === "Expired" ? expiry.expiredAt : undefined;
  const finishedAt = endedAt ?? endOfRun(world, stage === "Failed" ? failedPhases : world.phases, failure);
  const { ttlAfterFinished } = application.spec;
  const releaseMs = finishedAt + releaseAfterMs(application, stage) - world.now;
  const ttlMs = ttlAfterFinished === undefined ? undefined : finishedAt + durationMs(ttlAfterFinished) - world.now;
  // Once machines are being given back that is not undone, by a clock that was set back for instance.
  const isLettingGo = world.components.some(({ spec }) => spec.suspend);
  const waitsFor = isLettingGo ? 0 : (world.uncollected ?? 0);
  return {
    ...base,
    stage,
    finishedAt,
    ...(failure !== undefined && { failure }),
    letsGo: isLettingGo || (releaseMs <= 0 && waitsFor === 0),
    ...(releaseMs <= 0 && { waitsFor }),
    isOutlived: ttlMs !== undefined && ttlMs <= 0,
    ...recheckOf([releaseMs, ttlMs, expiry.recheckAfterMs]),
  };
}

/** What is complete has given its machines back, and needs no end. */
function stageOf(
  world: ApplicationWorld,
  revisions: Revisions,
  { hasFailed, expiry }: { readonly hasFailed: boolean; readonly expiry: Expiry },
): "Active" | "Complete" | "Failed" | "Expired" {
  if (!hasFailed && isComplete(world, revisions)) return "Complete";
  if (expiry.expiredAt !== undefined) return "Expired";
  return hasFailed ? "Failed" : "Active";
}

function recheckOf(waits: readonly (number | undefined)[]): Pick<Lifecycle, "recheckAfterMs"> {
  const ahead = waits.filter((ms) => ms !== undefined && ms > 0).map(Number);
  return ahead.length === 0 ? {} : { recheckAfterMs: Math.min(...ahead) };
}

/** Every phase of the spec has been released as it is now, and nothing runs on. */
function isComplete({ application, phases }: ApplicationWorld, revisions: Revisions): boolean {
  const { spec } = application;
  if (spec.phases.length === 0 || !isBatch(application)) return false;
  return spec.phases.every(({ name }) =>
    phases.some((it) => it.spec.phase === name && isPassed(it) && isOfThisRun(it, revisions)),
  );
}

/** Released, or failed where that is no obstacle. */
function isPassed({ spec, status }: Phase): boolean {
  return status?.state === "Released" || (status?.state === "Failed" && spec.onFailure === "Continue");
}

function isFailed({ spec, status }: Phase): boolean {
  if (status?.state === "Failed") return spec.onFailure !== "Continue";
  return spec.recovery.process.action === "FailApplication" && (status?.failed ?? []).length > 0;
}

/** What the phase tells is of what it should run now; software that cannot be resolved at the moment says nothing. */
function isOfThisRun({ spec, status }: Phase, { byComponent }: Revisions): boolean {
  return spec.components.every((name) => {
    const known = byComponent.get(name);
    const wanted = known === undefined ? spec.revisions[name] : known.byPhase[spec.phase];
    return wanted === status?.revisions?.[name];
  });
}

/** With a member it ended when that failed, whatever its phases say later. */
function endOfRun({ now }: ApplicationWorld, ended: readonly Phase[], failure: ApplicationFailure | undefined): number {
  const failedAt = failure === undefined ? undefined : parseTimestamp(failure.at);
  return failedAt ?? Math.max(...ended.map((phase) => endOf(phase) ?? now));
}

function endOf({ status }: Phase): number | undefined {
  const text = status?.release?.at ?? findCondition(status?.conditions, "Ready")?.lastTransitionTime;
  return text === undefined ? undefined : parseTimestamp(text);
}

function releaseAfterMs({ spec }: Application, stage: "Complete" | "Failed" | "Expired"): number {
  if (stage === "Expired") return 0;
  const { releaseAfter } = spec.cleanup;
  if (releaseAfter !== undefined) return durationMs(releaseAfter);
  return stage === "Failed" ? keptAfterFailureMs : 0;
}
