import { type Condition, findCondition, isTrue, type Resource, type ResourceStatus } from "../../api/index.ts";
import { formatDuration, parseTimestamp } from "../../clock/index.ts";
import type { Transition } from "../../events/index.ts";
import { quarantineText } from "./quarantine-plan.ts";

/** What is worth telling a person about the change from one status to the next. */
export function transitions(resource: Resource, next: ResourceStatus, nowAt: number): readonly Transition[] {
  return [
    ...linkTransitions(resource, next, nowAt),
    ...hostKeyTransitions(resource, next),
    ...quarantined(resource, next),
    ...raised(resource, next, "Orphans"),
    ...["DiskPressure", "MemoryPressure", "LoadPressure"].flatMap((type) => [
      ...raised(resource, next, type),
      ...eased(resource, next, type),
    ]),
    ...paidResidue(resource, next),
  ];
}

function linkTransitions({ metadata, status }: Resource, next: ResourceStatus, nowAt: number): Transition[] {
  const ready = findCondition(next.conditions, "Ready");
  const before = findCondition(status?.conditions, "Ready");
  if (ready === undefined) return [];
  if (ready.status === "True") return before?.status === "True" ? [] : [connection(status, next, nowAt)];
  const isNews = ready.reason !== before?.reason || ready.status !== before?.status || next.verdict !== status?.verdict;
  if (!isNews || ready.reason === "Connecting" || ready.reason === "Deleting" || next.verdict === "judging") return [];
  return [{ type: "Warning", reason: ready.reason, message: ready.message || `${metadata.name}: ${ready.reason}` }];
}

function connection(status: Resource["status"], next: ResourceStatus, nowAt: number): Transition {
  const lostAt = status?.lostAt === undefined ? undefined : parseTimestamp(status.lostAt);
  const away = lostAt === undefined ? "" : ` after ${formatDuration(nowAt - lostAt)}`;
  if (status?.bootIdentity !== undefined && status.bootIdentity !== next.bootIdentity) {
    return { type: "Warning", reason: "Rebooted", message: `the machine is back${away} and has been started anew` };
  }
  return { type: "Normal", reason: "Connected", message: `its agent answers${away}` };
}

function hostKeyTransitions({ status }: Resource, next: ResourceStatus): Transition[] {
  if (next.hostKey === undefined || next.hostKey === status?.hostKey) return [];
  if (status?.hostKey === undefined) return [{ type: "Normal", reason: "HostKeyPinned", message: next.hostKey }];
  const message = `host key ${next.hostKey} is trusted in place of ${status.hostKey}`;
  return [{ type: "Normal", reason: "HostKeyTrusted", message }];
}

function raised({ status }: Resource, next: ResourceStatus, type: string): Transition[] {
  const now: Condition | undefined = findCondition(next.conditions, type);
  if (now?.status !== "True" || isTrue(status?.conditions, type)) return [];
  return [{ type: "Warning", reason: now.reason, message: now.message }];
}

function eased({ status }: Resource, next: ResourceStatus, type: string): Transition[] {
  const now = findCondition(next.conditions, type);
  if (now?.status !== "False" || !isTrue(status?.conditions, type)) return [];
  return [{ type: "Normal", reason: now.reason, message: `${type} is over: ${now.message} again` }];
}

function quarantined({ status }: Resource, { quarantine }: ResourceStatus): Transition[] {
  const before = status?.quarantine;
  if (quarantine !== undefined && quarantine.strikes !== before?.strikes) {
    return [{ type: "Warning", reason: "Quarantined", message: quarantineText(quarantine) }];
  }
  if (before === undefined || quarantine !== undefined) return [];
  return [{ type: "Normal", reason: "QuarantineEnded", message: "it takes work again" }];
}

function paidResidue({ status }: Resource, next: ResourceStatus): Transition[] {
  const left = new Set((next.residue ?? []).map(({ claimUid, epoch }) => `${claimUid} ${epoch}`));
  return (status?.residue ?? [])
    .filter(({ claimUid, epoch }) => !left.has(`${claimUid} ${epoch}`))
    .map(({ namespace, claimName, epoch }) => ({
      type: "Normal" as const,
      reason: "ResidueRemoved",
      message: `what was left of ${namespace}/${claimName} (epoch ${epoch}) is gone`,
    }));
}
