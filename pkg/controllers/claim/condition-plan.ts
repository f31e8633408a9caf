import { type Claim, findCondition, isDeleting } from "../../api/index.ts";
import { formatTimestamp } from "../../clock/index.ts";
import type { ConditionRow } from "../../controller/index.ts";
import { isBound, isSpare } from "../../graph/index.ts";
import { isAtWork } from "./failure-plan.ts";
import type { ClaimSummary } from "./summary.ts";

/** The conditions of a claim, from its summary. */
export function conditionRows(summary: ClaimSummary): readonly ConditionRow[] {
  return [
    boundRow(summary),
    softwareRow(summary),
    ...hostRow(summary),
    ...pressureRow(summary),
    readyRow(summary),
    reconcilingRow(summary),
    stalledRow(summary),
  ];
}

function boundRow({ claim, unplaced }: ClaimSummary): ConditionRow {
  const { epoch, resourceName } = claim.spec;
  if (unplaced === undefined && isBound(claim)) return ["Bound", "True", "Bound", `to ${resourceName}, epoch ${epoch}`];
  if (unplaced === undefined) return ["Bound", "False", "Matching", ""];
  const preempted = preemptedText(claim);
  if (preempted !== undefined) return ["Bound", "False", "Preempted", `${preempted}; ${unplaced.message}`];
  if (epoch === 0) return ["Bound", "False", unplaced.reason, unplaced.message];
  return ["Bound", "False", "Replacing", `to be taken from ${resourceName}: ${unplaced.message}`];
}

/** Whose machine was taken by a more important claim, and has no other one. */
function preemptedText(claim: Claim): string | undefined {
  const { failure } = claim.status ?? {};
  return !isBound(claim) && failure?.reason === "Preempted" ? failure.message : undefined;
}

const softwareReasons: ReadonlySet<string> = new Set([
  "InstallFailed",
  "DigestMismatch",
  "UnsafeArchive",
  "DiskFull",
  "UnpackFailed",
  "CheckFailed",
  "NeedsRoot",
  "PackageConflict",
]);

function softwareRow(summary: ClaimSummary): ConditionRow {
  const { claim, assessment, report, configured } = summary;
  const type = "SoftwareInstalled";
  const { missing, pending, unfit } = assessment.ordered;
  if (missing.length > 0) return [type, "False", "ReferenceNotFound", `Software ${missing.join(", ")} is not there`];
  if (!isBound(claim)) return [type, "False", "NotBound", ""];
  if (configured) return [type, "True", "Installed", ""];
  if (unfit.length > 0) return [type, "False", "NoVariant", unfitText(summary)];
  const broken = brokenSoftware(summary);
  if (broken !== undefined)
    return [type, "False", softwareReasons.has(broken.reason) ? broken.reason : "SoftwareNotReady", broken.message];
  if (pending.length > 0)
    return [type, "False", "SoftwareNotReady", `Software ${pending.join(", ")} is not fetched yet`];
  const failed = report?.software.find(({ state, reason }) => state === "Failed" || reason !== undefined);
  if (failed === undefined) return [type, "False", "Installing", installingText(report)];
  const { name, reason = "InstallFailed", message = "", output = "", attempts } = failed;
  const detail = [`${name} on ${claim.spec.resourceName}: ${message} (attempt ${attempts})`, output].filter(Boolean);
  return [type, "False", softwareReasons.has(reason) ? reason : "InstallFailed", detail.join("\n")];
}

/** A package that the server itself cannot get, with its own words. */
function brokenSoftware({ assessment, world }: ClaimSummary): { reason: string; message: string } | undefined {
  const { pending } = assessment.ordered;
  for (const { metadata, status } of world.software) {
    const stalled = findCondition(status?.conditions, "Stalled");
    if (!pending.includes(metadata.name ?? "") || stalled?.status !== "True") continue;
    return { reason: stalled.reason, message: `Software ${metadata.name}: ${stalled.message}` };
  }
  return undefined;
}

function installingText(report: ClaimSummary["report"]): string {
  if (report === undefined) return "the machine has not taken it up yet";
  const done = report.software.filter(({ state }) => state === "Installed").length;
  return `${done} of ${report.software.length} packages are installed`;
}

/** It is bound already: no other machine is looked for by itself. */
function unfitText({ claim, assessment }: ClaimSummary): string {
  return `${claim.spec.resourceName}: ${assessment.ordered.unfit.join("; ")}`;
}

function hostRow({ claim, assessment }: ClaimSummary): readonly ConditionRow[] {
  const { host } = assessment;
  const name = claim.spec.resourceName;
  if (!isBound(claim)) return [];
  switch (host.kind) {
    case "alive":
      return [["HostLost", "False", "HostAlive", ""]];
    case "agentDead":
      return [["HostLost", "False", "AgentDead", `${name} answers; its agent is being started again`]];
    case "unknown":
      return [["HostLost", "Unknown", "HostUnreachable", `${name} is being looked for`]];
    case "gone":
      return [["HostLost", "True", "HostDead", `Resource ${name} is no more`]];
    case "lost":
      return [["HostLost", "True", lostReasons[host.verdict], `${name}: ${host.evidence}`]];
  }
}

/** Said of a machine that answers; of another nobody knows. */
function pressureRow({ claim, assessment: { host, pressure } }: ClaimSummary): readonly ConditionRow[] {
  if (!isBound(claim) || host.kind !== "alive") return [];
  if (pressure === undefined) return [["Pressure", "False", "NoPressure", ""]];
  return [["Pressure", "True", pressure.reason, pressure.message]];
}

const lostReasons = { dead: "HostDead", down: "HostDown", unreachable: "HostUnreachable" } as const;

function readyRow(summary: ClaimSummary): ConditionRow {
  const { claim, assessment, decision, unplaced, configured, ready, releasing, world } = summary;
  const { host } = assessment;
  if (isDeleting(claim)) return ["Ready", "False", "Releasing", releasing ?? ""];
  // Whoever is asked to leave in good order works on until there is another place.
  const isBroken = decision.failure === undefined || !isAtWork(decision.failure);
  if (unplaced !== undefined && isBroken) return unplacedRow(summary, unplaced);
  if (decision.failure !== undefined && isBroken) {
    const message =
      decision.kind === "stay" ? (decision.hold?.message ?? decision.failure.message) : decision.failure.message;
    return ["Ready", "False", readyReasons[decision.failure.reason], message];
  }
  if (host.kind !== "alive") return ["Ready", "Unknown", "HostLost", `nothing is heard of ${claim.spec.resourceName}`];
  if (!configured) return installingRow(summary);
  if (isSpare(claim)) return ["Ready", "True", "Configured", "a spare: a member that loses its machine goes on here"];
  if (!ready) return ["Ready", "False", "ProcessNotReady", notReadyText(summary)];
  return world.processes.length === 0 ? ["Ready", "True", "Configured", ""] : ["Ready", "True", "ProcessesReady", ""];
}

const readyReasons = {
  HostLost: "HostLost",
  ResourceGone: "HostLost",
  Draining: "Replacing",
  Rebalancing: "Replacing",
  Pressure: "Replacing",
  InstallFailed: "InstallFailed",
  CrashLoop: "ProcessFailed",
  ProcessFailed: "ProcessFailed",
} as const;

function unplacedRow(
  { claim }: ClaimSummary,
  { reason, message }: NonNullable<ClaimSummary["unplaced"]>,
): ConditionRow {
  const preempted = preemptedText(claim);
  if (preempted !== undefined) return ["Ready", "False", "Preempted", `${preempted}; ${message}`];
  if (claim.spec.epoch > 0) return ["Ready", "False", "Replacing", `no other machine for it: ${message}`];
  const isTold = reason === "ReferenceNotFound" || reason === "Waiting" || reason === "QuotaExceeded";
  return ["Ready", "False", isTold ? reason : "Unschedulable", message];
}

function installingRow(summary: ClaimSummary): ConditionRow {
  const [, , reason, message] = softwareRow(summary);
  if (reason === "ReferenceNotFound") return ["Ready", "False", reason, message];
  if (reason === "Installing" || reason === "SoftwareNotReady") {
    return ["Ready", "False", summary.report === undefined ? "Bound" : "Installing", message];
  }
  return ["Ready", "False", "InstallFailed", message];
}

function notReadyText({ world }: ClaimSummary): string {
  const waiting = world.processes.filter(
    ({ spec, status }) => spec.restartPolicy === "Always" && status?.state !== "Ready",
  );
  const [first] = waiting;
  if (first === undefined) return "its processes are not ordered yet";
  const { state = "Pending", reason, message } = first.status ?? {};
  const { awaitedUntil } = world;
  if (awaitedUntil !== undefined)
    return `its ordinal may be held by the one before until ${formatTimestamp(awaitedUntil)}: nothing is started before`;
  const detail = [reason, message].filter(Boolean).join(": ");
  return `${first.metadata.name} is ${state}${detail === "" ? "" : ` (${detail})`}`;
}

function reconcilingRow({ claim, unplaced, configured, decision, releasing }: ClaimSummary): ConditionRow {
  if (isDeleting(claim)) return ["Reconciling", "True", "Releasing", releasing ?? ""];
  if (unplaced !== undefined) {
    const moving = claim.spec.epoch > 0 ? "Replacing" : "Matching";
    return ["Reconciling", "True", preemptedText(claim) === undefined ? moving : "Preempted", unplaced.message];
  }
  const held = decision.kind === "stay" ? heldRow(decision) : undefined;
  if (held !== undefined) return held;
  return configured ? ["Reconciling", "False", "Settled", ""] : ["Reconciling", "True", "Installing", ""];
}

/** A failure about which nothing is done yet, or at all. */
function heldRow({ hold }: Extract<ClaimSummary["decision"], { kind: "stay" }>): ConditionRow | undefined {
  switch (hold?.kind) {
    case "wait":
      return ["Reconciling", "True", hold.isForLease ? "WaitingForLease" : "Replacing", hold.message];
    case "ask":
      return ["Reconciling", "True", "AskingHooks", hold.message];
    case "ignore":
      return ["Reconciling", "False", "Settled", hold.message];
    default:
      return undefined;
  }
}

function stalledRow(summary: ClaimSummary): ConditionRow {
  const { assessment, unplaced, decision } = summary;
  const { missing } = assessment.ordered;
  // One that works where it is can wait for another machine; that there is none is told by Reconciling.
  const isPressed = decision.failure?.reason === "Pressure";
  if (unplaced?.isStalled === true && !isPressed) {
    const why = [preemptedText(summary.claim), unplaced.message].filter((text) => text !== undefined);
    return ["Stalled", "True", unplaced.reason, why.join("; ")];
  }
  if (decision.kind === "stay" && decision.hold?.kind === "blocked") {
    return ["Stalled", "True", decision.hold.reason, decision.hold.message];
  }
  if (missing.length > 0)
    return ["Stalled", "True", "ReferenceNotFound", `Software ${missing.join(", ")} is not there`];
  if (assessment.ordered.unfit.length > 0) return ["Stalled", "True", "NoVariant", unfitText(summary)];
  const broken = brokenSoftware(summary);
  if (broken !== undefined)
    return ["Stalled", "True", softwareReasons.has(broken.reason) ? broken.reason : "SoftwareFailed", broken.message];
  return ["Stalled", "False", "NotStalled", ""];
}
