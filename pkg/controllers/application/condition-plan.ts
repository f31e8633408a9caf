import { formatTimestamp } from "../../clock/index.ts";
import type { ConditionRow } from "../../controller/index.ts";
import { pressureText } from "../../graph/index.ts";
import { isBatch } from "./revision-plan.ts";
import { type ApplicationSummary, isAvailable, lacking } from "./summary.ts";

/** The conditions of an application. */
export function conditionRows(summary: ApplicationSummary): readonly ConditionRow[] {
  const stalled = stalledRow(summary);
  return [
    ...gatheringRows(summary),
    availableRow(summary),
    completeRow(summary),
    cleanedRow(summary),
    ...expiringRows(summary),
    readyRow(summary, stalled),
    reconcilingRow(summary),
    stalled,
    ...hookRows(summary),
  ];
}

/** Without its hooks an application is as well as before: what its recovery says itself holds. */
function hookRows({ world: { application, missingHooks = [] } }: ApplicationSummary): readonly ConditionRow[] {
  if (application.spec.recovery.hooks.length === 0) return [];
  if (missingHooks.length === 0) return [["HooksFound", "True", "Found", ""]];
  const names = `Hook ${missingHooks.join(", ")} is not there`;
  return [["HooksFound", "False", "ReferenceNotFound", `${names}: what recovery says itself holds`]];
}

/** Why a person's word, or its time, keeps it from running: reason and message. */
function stopOf({ plan }: ApplicationSummary): readonly [reason: string, message: string] | undefined {
  const { stage, expiry } = plan.lifecycle;
  if (stage === "Suspended") return ["Suspended", "suspend is true"];
  if (stage !== "Expired") return undefined;
  return ["Expired", `its time was up at ${formatTimestamp(expiry.expiredAt ?? 0)}`];
}

/** Only of those whose time is limited. */
function expiringRows({ world, plan }: ApplicationSummary): readonly ConditionRow[] {
  const { dueAt, expiredAt, isNear } = plan.lifecycle.expiry;
  const { owner } = world.application.spec.expires ?? {};
  const whose = owner === undefined ? "" : ` (owner: ${owner})`;
  if (expiredAt !== undefined) return [["Expiring", "True", "Expired", `since ${formatTimestamp(expiredAt)}${whose}`]];
  if (dueAt === undefined) return [];
  const words = `at ${formatTimestamp(dueAt)} it is stopped and cleaned up${whose}`;
  return [isNear ? ["Expiring", "True", "ExpiresSoon", words] : ["Expiring", "False", "NotDue", words]];
}

/** Where the machines were given back after the end, what was reached stays told. */
function gatheringRows(summary: ApplicationSummary): readonly ConditionRow[] {
  const { stage, letsGo } = summary.plan.lifecycle;
  const stop = stopOf(summary);
  if (stop !== undefined && (stage === "Suspended" || letsGo)) {
    return [
      ["ResourcesAcquired", "False", ...stop],
      ["SoftwareInstalled", "False", ...stop],
    ];
  }
  if (letsGo) return [];
  return [acquiredRow(summary), installedRow(summary)];
}

function acquiredRow(summary: ApplicationSummary): ConditionRow {
  const type = "ResourcesAcquired";
  const missing = lacking(summary, "claimed");
  if (missing.length === 0) return [type, "True", "Acquired", countText(summary, "claimed", "have a machine")];
  const refused = summary.components.find(({ stalled }) => isPlacing(stalled?.reason))?.stalled;
  if (refused?.reason === "QuotaExceeded") return [type, "False", refused.reason, refused.message];
  if (refused !== undefined) return [type, "False", "Unschedulable", refused.message];
  return [type, "False", "Acquiring", `members with a machine, of those needed: ${missing.join(", ")}`];
}

function isPlacing(reason: string | undefined): boolean {
  return reason === "Unschedulable" || reason === "NoDefaultPool" || reason === "QuotaExceeded";
}

function installedRow(summary: ApplicationSummary): ConditionRow {
  const type = "SoftwareInstalled";
  const missing = lacking(summary, "configured");
  if (missing.length === 0) return [type, "True", "Installed", countText(summary, "configured", "are configured")];
  const failed = summary.components.find(({ stalled }) => stalled?.reason === "InstallFailed")?.stalled;
  if (failed !== undefined) return [type, "False", "InstallFailed", failed.message];
  const { pendingSoftware } = summary.plan.revisions;
  const waiting = pendingSoftware.length === 0 ? "" : `; not fetched yet: ${pendingSoftware.join(", ")}`;
  return [type, "False", "Installing", `members configured, of those needed: ${missing.join(", ")}${waiting}`];
}

function availableRow(summary: ApplicationSummary): ConditionRow {
  const type = "Available";
  const { world, closedServices } = summary;
  const stop = stopOf(summary);
  if (stop !== undefined) return [type, "False", ...stop];
  if (world.application.spec.phases.length > 0 && isBatch(world.application)) {
    return [type, "False", "NoLongRunningProcess", "all its processes are meant to end"];
  }
  if (closedServices.length > 0) {
    return [type, "False", "PhaseWaiting", `not open yet: ${closedServices.join(", ")}`];
  }
  const missing = lacking(summary, "ready");
  const pressure = pressureText(summary.claims);
  if (missing.length === 0) return [type, "True", "EnoughReady", countText(summary, "ready", "are ready") + pressure];
  return [type, "False", "NotEnoughReady", `ready members, of those needed: ${missing.join(", ")}${pressure}`];
}

function completeRow(summary: ApplicationSummary): ConditionRow {
  const { world, plan, phases } = summary;
  const type = "Complete";
  const { stage } = plan.lifecycle;
  const released = phases.filter(({ state }) => state === "Released").length;
  const words = `${released} of ${phases.length} phases are released`;
  const stop = stopOf(summary);
  if (stop !== undefined) return [type, "False", ...stop];
  if (stage === "Complete") return [type, "True", "AllPhasesReleased", words];
  if (stage === "Failed") return [type, "False", ...whyFailed(plan.lifecycle)];
  if (phases.length === 0 || !isBatch(world.application)) {
    return [type, "False", "LongRunning", "it runs until it is deleted"];
  }
  return [type, "False", "InProgress", words];
}

function cleanedRow({ world, plan, claims }: ApplicationSummary): ConditionRow {
  const type = "CleanedUp";
  const { letsGo, waitsFor = 0 } = plan.lifecycle;
  if (!letsGo) {
    const why = waitsFor === 0 ? "" : `: logs and outputs of ${waitsFor} processes are being fetched`;
    return [type, "False", "InUse", `${claims.length} claims are held${why}`];
  }
  if (claims.length > 0) return [type, "False", "CleaningUp", leavingText(claims)];
  if (world.residueOn.length > 0) {
    return [type, "False", "CleanupDeferred", `to be cleaned when they return: ${shortList(world.residueOn)}`];
  }
  return [type, "True", "CleanedUp", "nothing of it is left on any machine"];
}

function readyRow(summary: ApplicationSummary, stalled: ConditionRow): ConditionRow {
  const { stage } = summary.plan.lifecycle;
  if (stage === "Deleting") return ["Ready", "False", "Deleting", leavingText(summary.claims)];
  const stop = stopOf(summary);
  if (stop !== undefined) return ["Ready", "False", ...stop];
  if (stage === "Failed") return ["Ready", "False", "Failed", whyFailed(summary.plan.lifecycle)[1]];
  if (stalled[1] === "True") return ["Ready", "False", "Stalled", `${stalled[2]}: ${stalled[3]}`];
  if (stage === "Complete") return ["Ready", "True", "Complete", "every phase is released"];
  const [, acquired, , acquiring] = acquiredRow(summary);
  if (acquired === "False") return ["Ready", "False", "AcquiringResources", acquiring];
  const [, installed, , installing] = installedRow(summary);
  if (installed === "False") return ["Ready", "False", "InstallingSoftware", installing];
  const [, available, , message] = availableRow(summary);
  return available === "True" ? ["Ready", "True", "Available", message] : ["Ready", "False", "Progressing", message];
}

function reconcilingRow(summary: ApplicationSummary): ConditionRow {
  const { plan, components, claims } = summary;
  const { stage, letsGo } = plan.lifecycle;
  const type = "Reconciling";
  if (stage === "Deleting") return [type, "True", "Deleting", leavingText(claims)];
  if (stage === "Suspended" && claims.length > 0) return [type, "True", "Suspending", leavingText(claims)];
  if (stage === "Expired" && claims.length > 0) return [type, "True", "Expiring", leavingText(claims)];
  if (letsGo && claims.length > 0) return [type, "True", "Progressing", leavingText(claims)];
  if (letsGo || stage === "Failed" || stage === "Expired" || stage === "Complete")
    return [type, "False", "Settled", "nothing is being changed"];
  if (summary.refusal !== undefined) return [type, "True", "QuotaExceeded", summary.refusal];
  const missing = lacking(summary, "claimed");
  if (missing.length > 0) return [type, "True", "AcquiringResources", missing.join(", ")];
  const updating = components.filter(({ isUpdating }) => isUpdating).map(({ name }) => name);
  if (updating.length > 0) return [type, "True", "Updating", `members are updated: ${updating.join(", ")}`];
  const installing = lacking(summary, "configured");
  if (installing.length > 0) return [type, "True", "InstallingSoftware", installing.join(", ")];
  return progressRow(summary);
}

function progressRow(summary: ApplicationSummary): ConditionRow {
  const { components, phases, world } = summary;
  const replacing = components.filter((it) => it.isChanging).map(({ name }) => name);
  const open = phases.filter(({ state }) => state !== "Released").map(({ name }) => name);
  const isIdle = open.length === 0 && replacing.length === 0;
  if (isIdle && (isAvailable(summary) || isBatch(world.application))) {
    return ["Reconciling", "False", "Settled", "nothing is being changed"];
  }
  if (open.length > 0) return ["Reconciling", "True", "Progressing", `phases to be released: ${open.join(", ")}`];
  if (replacing.length > 0)
    return ["Reconciling", "True", "Replacing", `members are replaced: ${replacing.join(", ")}`];
  return [
    "Reconciling",
    "True",
    "Progressing",
    `ready members, of those needed: ${lacking(summary, "ready").join(", ")}`,
  ];
}

function stalledRow({ plan, components, refusal }: ApplicationSummary): ConditionRow {
  const { stage } = plan.lifecycle;
  const { missingSoftware } = plan.revisions;
  if (stage === "Failed") return ["Stalled", "True", ...whyFailed(plan.lifecycle)];
  if (stage === "Active" && missingSoftware.length > 0) {
    return ["Stalled", "True", "ReferenceNotFound", `Software ${missingSoftware.join(", ")} is not there`];
  }
  if (stage === "Active" && refusal !== undefined) return ["Stalled", "True", "QuotaExceeded", refusal];
  const { trouble } = plan.rollout;
  if (stage === "Active" && trouble !== undefined) return ["Stalled", "True", trouble.reason, trouble.message];
  const [first] = components.flatMap(({ name, stalled }) => (stalled === undefined ? [] : [{ name, ...stalled }]));
  if (stage !== "Active" || first === undefined) return ["Stalled", "False", "NotStalled", "nothing needs a person"];
  return ["Stalled", "True", first.reason, `${first.name}: ${first.message}`];
}

/** Reason and message. */
function whyFailed({ failedPhases, failure }: ApplicationSummary["plan"]["lifecycle"]): readonly [string, string] {
  if (failedPhases.length > 0 || failure === undefined) return ["PhaseFailed", failedText(failedPhases)];
  const { component, ordinal, reason, message, hook } = failure;
  const by = hook === undefined ? "recovery" : `hook ${hook}`;
  return ["MemberFailed", `${component}-${ordinal} has failed (${reason}), and ${by} says FailApplication: ${message}`];
}

function failedText(phases: ApplicationSummary["plan"]["lifecycle"]["failedPhases"]): string {
  return phases
    .map(({ spec, status }) => {
      const stalled = status?.conditions?.find(({ type }) => type === "Stalled");
      const member = status?.failed?.[0];
      const why = member === undefined ? "" : `${member.component}-${member.ordinal}: ${member.message ?? ""}`;
      return [`phase ${spec.phase} failed`, stalled?.status === "True" ? stalled.message : why]
        .filter(Boolean)
        .join(": ");
    })
    .join("; ");
}

function leavingText(claims: ApplicationSummary["claims"]): string {
  if (claims.length === 0) return "no claim is left";
  const machines = [...new Set(claims.flatMap(({ spec }) => spec.resourceName ?? []))].sort();
  const where = machines.length === 0 ? "" : ` on ${shortList(machines)}`;
  return `${claims.length} ${claims.length === 1 ? "claim is" : "claims are"} left${where}`;
}

function shortList(names: readonly string[]): string {
  const more = names.length > 5 ? ` and ${names.length - 5} more` : "";
  return `${names.slice(0, 5).join(", ")}${more}`;
}

function countText(
  { components }: ApplicationSummary,
  field: "claimed" | "configured" | "ready",
  what: string,
): string {
  const [have, all] = [field, "replicas" as const].map((name) => components.reduce((sum, it) => sum + it[name], 0));
  return `${have} of ${all} members ${what}`;
}
