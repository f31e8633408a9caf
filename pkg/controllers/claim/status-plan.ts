import { type Claim, type ClaimState, type ClaimStatus, isDeleting } from "../../api/index.ts";
import { formatMicroTime, formatTimestamp } from "../../clock/index.ts";
import { conditionsWith } from "../../controller/index.ts";
import { isBound, isSpare, memberReadiness, memberRevision, revisionsOf } from "../../graph/index.ts";
import type { ClaimReport } from "../../protocol/index.ts";
import { conditionRows } from "./condition-plan.ts";
import { failureRecord } from "./failure-plan.ts";
import { installedSoftware, isCurrent, isInstalled, reportOf } from "./installed-plan.ts";
import type { ClaimWorld } from "./observe.ts";
import { verdictOf } from "./plan.ts";
import type { ClaimSummary, StatusInput } from "./summary.ts";

const keptReplacements = 10;

export function claimStatus(input: StatusInput): ClaimStatus {
  const { world, assessment } = input;
  const { claim, nowAt } = world;
  const askedFor = askedForOf(world);
  const report = reportOf(claim, world.observation);
  const configured = isBound(claim) && isInstalled(claim, assessment.ordered, report);
  const draft = { ...draftStatus(input, report, configured), ...monitorsIn(assessment) };
  const readiness = memberReadiness(memberOf(world, draft));
  const ready = readiness.ready && assessment.host.kind === "alive" && !isSpare(claim);
  const summary: ClaimSummary = { ...input, claim, configured, ready, ...(report !== undefined && { report }) };
  const state = stateOf(summary);
  const failure = failureOf(summary);
  const restarted = restartedOf(summary, failure);
  return {
    ...draft,
    state,
    ...readySince(summary, state, readiness.readySince),
    replacements: replacementsOf(summary),
    ...(failure !== undefined && { failure }),
    ...(restarted.length > 0 && { restarted }),
    ...(askedFor !== undefined && { askedFor }),
    conditions: conditionsWith(claim, conditionRows(summary), formatTimestamp(nowAt)),
  };
}

/** Stays what it was until the machine meets what is asked for now, or is another one. */
function askedForOf({ claim, fitness }: ClaimWorld): string | undefined {
  const known = claim.status?.askedFor;
  return fitness === undefined || (fitness.misfit !== undefined && known !== undefined) ? known : fitness.asked;
}

function draftStatus(
  { world: { claim }, assessment }: StatusInput,
  report: ClaimReport | undefined,
  configured: boolean,
): ClaimStatus {
  const { spec, status } = claim;
  const { generation } = claim.metadata;
  const revision = configured ? spec.revision : status?.revision;
  const workingDirectory = report?.workingDirectory ?? (isCurrent(claim) ? status?.workingDirectory : undefined);
  return {
    ...(generation !== undefined && { observedGeneration: generation }),
    state: configured ? "Configured" : "Installing",
    software: installedSoftware(claim, assessment.ordered, report),
    ...(workingDirectory !== undefined && { workingDirectory }),
    ...(spec.resourceName !== undefined && { resourceName: spec.resourceName }),
    epoch: spec.epoch,
    ...(revision !== undefined && { revision }),
    ...(status?.receipt !== undefined && { receipt: status.receipt }),
  };
}

function monitorsIn({ monitors }: ClaimSummary["assessment"]): Pick<ClaimStatus, "monitors"> {
  return monitors.length === 0 ? {} : { monitors };
}

function memberOf(world: ClaimWorld, status: ClaimStatus): Parameters<typeof memberReadiness>[0] {
  const { claim, component, phases, processes } = world;
  const revisions = revisionsOf(phases, claim.spec.component);
  const wanted = component?.spec.revision ?? claim.spec.revision;
  const isConsistent = Object.keys(revisions).length === 0 || wanted === memberRevision(revisions, []);
  return {
    claim: { ...claim, status },
    component: claim.spec.component,
    phases,
    processes: processes.map((process) => ownedBy(claim, process)),
    ...(isConsistent && wanted !== undefined && { target: wanted }),
  };
}

/** A bare process is of its claim although its spec, which a person wrote, does not say so. */
function ownedBy(claim: Claim, process: ClaimWorld["processes"][number]): ClaimWorld["processes"][number] {
  if (process.spec.claimUid !== undefined || claim.metadata.uid === undefined) return process;
  return { ...process, spec: { ...process.spec, claimUid: claim.metadata.uid, epoch: claim.spec.epoch } };
}

function stateOf({ claim, assessment, decision, report, configured, ready }: ClaimSummary): ClaimState {
  const { host } = assessment;
  if (isDeleting(claim)) return "Releasing";
  if (!isBound(claim)) return "Pending";
  if ((host.kind === "unknown" || host.kind === "agentDead") && isCurrent(claim)) return claim.status?.state ?? "Bound";
  if (configured) return ready ? "Ready" : "Configured";
  if (report === undefined) return "Bound";
  const hasFailed =
    decision.kind === "stay" && decision.hold?.kind === "blocked" && decision.failure?.reason === "InstallFailed";
  return hasFailed ? "Failed" : "Installing";
}

function readySince(
  { claim, world }: ClaimSummary,
  state: ClaimState,
  since: string | undefined,
): Pick<ClaimStatus, "readySince"> {
  if (state !== "Ready") return {};
  const before = claim.status?.state === "Ready" ? claim.status.readySince : undefined;
  return { readySince: since ?? before ?? formatTimestamp(world.nowAt) };
}

function replacementsOf({ claim, replaced, world }: ClaimSummary): NonNullable<ClaimStatus["replacements"]> {
  const { spec, status } = claim;
  const before = status?.replacements ?? [];
  const epoch = status?.epoch ?? 0;
  if (epoch === 0 || spec.epoch <= epoch) return before;
  const known = replaced ?? status?.failure;
  const next = {
    at: formatMicroTime(world.nowAt),
    from: status?.resourceName ?? known?.resourceName ?? "",
    ...(spec.resourceName !== undefined && { to: spec.resourceName }),
    epoch,
    // A server that was killed right after a binding does not know any more what it was made for.
    reason: known?.epoch === epoch ? known.reason : "Replaced",
  };
  return [...before, next].slice(-keptReplacements);
}

/** Kept until the member is ready again; where the machine is back before it was replaced, it is over. */
function failureOf({ claim, decision, replaced, ready, configured }: ClaimSummary): ClaimStatus["failure"] {
  const { failure } = decision;
  if (failure !== undefined) return failureRecord(failure, claim, claim.spec.resourceName ?? "", verdictOf(decision));
  const before = replaced ?? claim.status?.failure;
  // Its machine was taken, and it has no other one.
  if (!isBound(claim)) return before;
  const isRecovering = before !== undefined && (before.epoch ?? 0) < claim.spec.epoch;
  const isWell = isSpare(claim) ? configured : ready;
  return isRecovering && !isWell ? before : undefined;
}

/** A hook's word that a process is to be restarted holds as long as that runs there, in that revision. */
function restartedOf({ claim }: ClaimSummary, failure: ClaimStatus["failure"]): readonly string[] {
  const { spec, status } = claim;
  const isSame = isCurrent(claim) && (status?.revision === undefined || status.revision === spec.revision);
  const before = isSame ? (status?.restarted ?? []) : [];
  const isNew = failure?.action === "Restart" && failure.hook !== undefined && failure.epoch === spec.epoch;
  return isNew ? [...new Set([...before, failure.processName ?? ""])] : before;
}
