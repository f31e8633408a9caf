import type { ItemLease, WorkItem } from "../api/index.ts";
import { itemUid } from "./item-uid.ts";
import type { ItemReport, WorkMember } from "./member.ts";

export interface SettleRule {
  readonly phaseUid: string;
  readonly round: number;
  /** So often an item that failed is tried again. */
  readonly retries: number;
  /** False: nobody wants results any more. */
  readonly open: boolean;
}

/** An item after what its members tell of it; the very same where that is nothing new. */
export function settleItem(item: WorkItem, members: ReadonlyMap<string, WorkMember>, rule: SettleRule): WorkItem {
  const seen = item.leases.map((lease) => seeLease(item, lease, members, rule));
  const told = isSettled(item) || !rule.open ? item : withResults(item, seen, rule);
  const wanted = !isSettled(told) && rule.open;
  const leases = seen.flatMap(({ lease, end }) => {
    if (end !== undefined) return [];
    return [wanted || lease.cancelled ? lease : { ...lease, cancelled: true }];
  });
  const next = { ...told, leases, state: stateOf(told, leases) };
  return isSame(item, next) ? item : next;
}

/** Its result stands. */
export function isSettled({ state }: Pick<WorkItem, "state">): boolean {
  return state === "Done" || state === "Failed";
}

interface SeenLease {
  readonly lease: ItemLease;
  readonly member?: WorkMember;
  /** How it ended; absent: the member still has the item. */
  readonly end?: Extract<ItemReport, { kind: "done" | "failed" | "returned" }>;
}

function seeLease(
  { index }: WorkItem,
  lease: ItemLease,
  members: ReadonlyMap<string, WorkMember>,
  { phaseUid, round }: SettleRule,
): SeenLease {
  const member = members.get(lease.claimUid);
  // Who lost its machine, or has gone, gives everything back.
  if (member === undefined || member.epoch !== lease.epoch) return { lease, end: { kind: "returned" } };
  const report = member.reports.get(itemUid({ phaseUid, round, index, attempt: lease.attempt }));
  if (lease.cancelled) {
    const hasIt = !member.answers || report?.kind === "running";
    return hasIt ? { lease, member } : { lease, member, end: { kind: "returned" } };
  }
  if (report === undefined || report.kind === "pending") return { lease, member };
  if (report.kind === "running") return { lease: lease.running ? lease : { ...lease, running: true }, member };
  return { lease, member, end: report };
}

/** The first result is kept; of several that come at once that of the earliest attempt. */
function withResults(item: WorkItem, seen: readonly SeenLease[], rule: SettleRule): WorkItem {
  for (const { lease, member, end } of seen) {
    if (end?.kind !== "done" || lease.cancelled) continue;
    const { results, missing, durationMs } = end;
    const { reason: _reason, output: _output, exitCode: _exitCode, ...kept } = item;
    const fetched = { ...(results !== undefined && { results }), ...(missing !== undefined && { missing }) };
    return { ...kept, ...placeOf(lease, member), durationMs, exitCode: end.exitCode ?? 0, ...fetched, state: "Done" };
  }
  return seen.reduce((current, one) => withFailure(current, one, rule), item);
}

function withFailure(item: WorkItem, { lease, member, end }: SeenLease, { retries }: SettleRule): WorkItem {
  // Of two attempts that fail at once the second may be one too many.
  if (end?.kind !== "failed" || lease.cancelled || isSettled(item)) return item;
  const { exitCode: _exitCode, output: _output, ...kept } = item;
  const failures = item.failures + 1;
  return {
    ...kept,
    ...placeOf(lease, member),
    failures,
    durationMs: end.durationMs,
    reason: end.reason,
    ...(end.exitCode !== undefined && { exitCode: end.exitCode }),
    ...(end.output !== undefined && { output: end.output }),
    ...(failures > retries && { state: "Failed" as const }),
  };
}

function placeOf(
  { attempt, claimUid, ordinal }: ItemLease,
  member: WorkMember | undefined,
): Pick<WorkItem, "attempt" | "claimUid" | "ordinal" | "resourceName"> {
  return {
    attempt,
    claimUid,
    ordinal,
    ...(member?.resourceName !== undefined && { resourceName: member.resourceName }),
  };
}

function stateOf(item: WorkItem, leases: readonly ItemLease[]): WorkItem["state"] {
  if (isSettled(item)) return item.state;
  return leases.some(({ cancelled }) => !cancelled) ? "Running" : "Waiting";
}

function isSame(before: WorkItem, after: WorkItem): boolean {
  return (
    before.state === after.state &&
    before.failures === after.failures &&
    before.leases.length === after.leases.length &&
    before.leases.every((lease, index) => lease === after.leases[index])
  );
}
