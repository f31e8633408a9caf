import { type Claim, isDeleting, kinds, labels, type Phase } from "../../api/index.ts";
import type { ControllerPorts } from "../../controller/index.ts";
import type { HostObservation } from "../../fabric/index.ts";
import { isAskedToLeave, isBound } from "../../graph/index.ts";
import type { ItemReport, WorkMember } from "../../work/index.ts";
import { itemReport } from "./item-report-plan.ts";
import type { WorkPorts } from "./ports.ts";

/** A member, and where what it leaves is fetched. */
export interface SeenMember extends WorkMember {
  /** uid of its Resource. */
  readonly machine?: string;
}

/** Who does the work of a phase, by ordinal. */
export function membersOf(phase: Phase, ports: Pick<WorkPorts, "cache" | "fabric">): readonly SeenMember[] {
  return claimsOf(phase, ports)
    .filter((claim) => claim.spec.ordinal !== undefined && isBound(claim) && !isDeleting(claim))
    .sort((left, right) => (left.spec.ordinal ?? 0) - (right.spec.ordinal ?? 0))
    .map((claim) => memberOf(claim, phase.metadata.uid ?? "", ports));
}

function claimsOf(phase: Phase, { cache }: Pick<ControllerPorts, "cache">): readonly Claim[] {
  const { namespace = "" } = phase.metadata;
  const { applicationName, work, components } = phase.spec;
  const name = work?.component ?? components[0];
  if (applicationName !== undefined)
    return cache(kinds.Claim)
      .withLabel(labels.application, applicationName, namespace)
      .filter(({ spec }) => spec.component === name);
  return cache(kinds.Component)
    .list(namespace)
    .filter(({ spec }) => spec.name === name && spec.applicationName === undefined)
    .flatMap(({ metadata }) => cache(kinds.Claim).ownedBy(metadata.uid ?? ""));
}

function memberOf(claim: Claim, phaseUid: string, { fabric }: Pick<WorkPorts, "fabric">): SeenMember {
  const { epoch, ordinal = 0, resourceUid, resourceName } = claim.spec;
  const observation = resourceUid === undefined ? undefined : fabric.observe(resourceUid);
  const reports = reportsOf(claim, phaseUid, observation);
  const isSuspect = observation?.state !== "connected" || observation.suspect;
  return {
    claimUid: claim.metadata.uid ?? "",
    epoch,
    ordinal,
    ...(resourceName !== undefined && { resourceName }),
    ...(resourceUid !== undefined && { machine: resourceUid }),
    pulls: reports !== undefined && !isSuspect && isConfigured(claim) && !isAskedToLeave(claim),
    answers: reports !== undefined,
    reports: reports ?? new Map(),
  };
}

function isConfigured({ spec, status }: Claim): boolean {
  return (status?.state === "Configured" || status?.state === "Ready") && status.epoch === spec.epoch;
}

/** Undefined where nothing is known of the claim as it is held now. */
function reportsOf(
  claim: Claim,
  phaseUid: string,
  observation: HostObservation | undefined,
): ReadonlyMap<string, ItemReport> | undefined {
  if (observation?.state !== "connected") return undefined;
  const report = observation.claims.get(claim.metadata.uid ?? "");
  if (report === undefined || report.epoch !== claim.spec.epoch) return undefined;
  const own = report.processes.filter(({ uid, epoch }) => uid.startsWith(`${phaseUid}.`) && epoch === claim.spec.epoch);
  return new Map(own.map((process) => [process.uid, itemReport(process)]));
}
