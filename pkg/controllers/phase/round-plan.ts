import {
  type EnteredMember,
  type FailedMember,
  type Member,
  minimumReady,
  type Phase,
  type PhaseStatus,
} from "../../api/index.ts";
import { type BarrierVerdict, judgeBarrier, releaseRuleOf } from "../../barrier/index.ts";
import { durationMs, formatDuration, formatMicroTime, parseTimestamp } from "../../clock/index.ts";
import { entriesOf } from "../../graph/index.ts";
import { equalJson } from "../../merge/index.ts";
import type { PhaseMember } from "./members-plan.ts";
import { isHolder, withPasses } from "./pass-plan.ts";
import type { Round } from "./round.ts";
import { type ItemsVerdict, judgeItems } from "./work-round-plan.ts";
import { memberName, type PhaseWorld } from "./world.ts";

const namesShown = 10;

/** The next state of the round, from the last one stored and what is seen of the members. A release is never taken back. */
export function planRound(world: PhaseWorld, members: readonly PhaseMember[]): Round {
  const { phase } = world;
  const before = storedRound(phase);
  if (phase.spec.suspend) return { ...freshRound(before, before.state === "Waiting" ? 0 : 1), message: "suspended" };
  const current = isNewRun(world, before) ? { ...freshRound(before, 1), retries: 0 } : before;
  if (current.retrying) return retry(world, current);
  switch (current.state) {
    case "Waiting":
      return mayOpen(world, members, current);
    case "Open":
      return judge(world, members, current);
    case "Released":
      return afterRelease(world, members, current);
    case "Failed":
      return current;
  }
}

function storedRound({ status, spec }: Phase): Round {
  const stalled = status?.conditions?.find(({ type }) => type === "Stalled");
  return {
    state: status?.state ?? "Waiting",
    round: status?.round ?? 0,
    retries: status?.retries ?? 0,
    retrying: status?.retrying ?? false,
    revisions: status?.revisions ?? spec.revisions,
    expected: status?.expected ?? [],
    entered: status?.entered ?? [],
    failed: status?.failed ?? [],
    late: status?.late ?? [],
    message: status?.conditions?.find(({ type }) => type === "Ready")?.message ?? "",
    ...(status?.openedAt !== undefined && { openedAt: status.openedAt }),
    ...(status?.release !== undefined && { release: status.release }),
    ...(status?.passed !== undefined && { passed: status.passed }),
    ...(status?.state === "Failed" && {
      failure: (stalled?.reason ?? "CannotRelease") as NonNullable<Round["failure"]>,
    }),
  };
}

function freshRound(before: Round, step: number): Round {
  return {
    state: "Waiting",
    round: before.round + step,
    retries: before.retries,
    retrying: false,
    revisions: before.revisions,
    expected: [],
    entered: [],
    failed: [],
    late: [],
    message: "",
  };
}

/** Processes of the round that failed are gone first; then the phase opens as if for the first time. */
function retry({ phase, processes }: PhaseWorld, current: Round): Round {
  const isLeft = processes.some(({ spec }) => spec.phase === phase.spec.phase);
  return isLeft ? current : { ...current, retrying: false };
}

/**
 * A changed process of an application that only computes is a new run of its phase and of those after it; a service is
 * updated member by member, through barriers that stay released. What failed is tried anew with another revision.
 */
function isNewRun({ phase, phases }: PhaseWorld, before: Round): boolean {
  if (before.state === "Waiting" || equalJson(before.revisions, phase.spec.revisions)) return false;
  if (Object.keys(phase.spec.revisions).length === 0) return false;
  const serves = phases.some(({ spec }) => spec.processes.some(({ restartPolicy }) => restartPolicy === "Always"));
  return before.state === "Failed" || !serves;
}

function mayOpen(world: PhaseWorld, members: readonly PhaseMember[], current: Round): Round {
  const { phase } = world;
  const waiting = obstacle(world, members);
  if (waiting !== undefined) return { ...current, revisions: phase.spec.revisions, message: waiting };
  const able = members.filter(({ configured, takesPart }) => configured && takesPart);
  const hopeful = able.filter(({ failure }) => failure === undefined);
  // Where all have failed before, they are what is waited for: a phase that nobody enters is no success.
  const expected = (hopeful.length > 0 ? hopeful : able).map(({ component, ordinal }) => ({ component, ordinal }));
  return judge(world, members, {
    ...current,
    state: "Open",
    revisions: phase.spec.revisions,
    openedAt: formatMicroTime(world.now),
    expected,
  });
}

/** What the phase still waits for before it opens, in words. */
function obstacle(world: PhaseWorld, members: readonly PhaseMember[]): string | undefined {
  const { phase, phases, components } = world;
  for (const name of phase.spec.after) {
    const earlier = phases.find(({ spec }) => spec.phase === name);
    if (earlier === undefined || !hasPassed(earlier, world)) return `waits for phase ${name}`;
  }
  if (world.work?.missing !== undefined) return `waits for ${world.work.missing}`;
  for (const name of phase.spec.components) {
    const component = components.find(({ spec }) => spec.name === name);
    if (component === undefined) return `waits for component ${name}`;
    const { minReady } = component.spec;
    const replicas = component.spec.everyResource
      ? Math.max(1, component.status?.replicas ?? 0)
      : component.spec.replicas;
    const needed = minimumReady({ replicas, ...(minReady !== undefined && { minReady }) });
    const configured = members.filter((member) => member.component === name && member.configured).length;
    if (configured < needed) return `${configured} of ${replicas} members of ${name} are configured, ${needed} needed`;
  }
  return undefined;
}

/** Released, for what it says now; or failed where that is no obstacle. */
function hasPassed(earlier: Phase, world: PhaseWorld): boolean {
  const round = storedRound(earlier);
  if (isNewRun({ ...world, phase: earlier }, round)) return false;
  return round.state === "Released" || (round.state === "Failed" && earlier.spec.onFailure === "Continue");
}

function judge(world: PhaseWorld, members: readonly PhaseMember[], current: Round): Round {
  const { phase, now } = world;
  if (phase.spec.work !== undefined) {
    const elapsedMs = now - (parseTimestamp(current.openedAt ?? "") ?? now);
    return settleRound(current, judgeItems(world, current.round), members, { phase, elapsedMs, now });
  }
  const byName = new Map(members.map((member) => [memberName(member), member]));
  // Scaling down takes a member out; scaling up brings late ones.
  const expected = current.expected.filter((member) => isWanted(member, world));
  const entered = expected.flatMap((member) => enteredMember(byName.get(memberName(member)), world, current));
  const names = new Set(entered.map(memberName));
  const failed = expected.flatMap((member) => {
    const failure = byName.get(memberName(member))?.failure;
    return failure === undefined || names.has(memberName(member)) ? [] : [{ ...member, message: failure }];
  });
  const openedAtMs = parseTimestamp(current.openedAt ?? "") ?? now;
  const elapsedMs = now - openedAtMs;
  const verdict = judgeBarrier({
    rule: releaseRuleOf(phase.spec.barrier.release),
    expected: expected.map(memberName),
    entered: [...names],
    failed: failed.map(memberName),
    elapsedMs,
    entryTimesMs: entered.map(({ at }) => (parseTimestamp(at ?? "") ?? openedAtMs) - openedAtMs),
  });
  const next = { ...current, expected, entered, failed, late: lateMembers(members, { ...current, expected }) };
  return settleRound(next, verdict, members, { phase, elapsedMs, now });
}

/** That a member has no claim at the moment takes nothing from what is expected of it. */
function isWanted({ component, ordinal }: Member, { components, claims }: PhaseWorld): boolean {
  const spec = components.find((one) => one.spec.name === component)?.spec;
  if (spec === undefined) return true;
  if (!spec.everyResource) return ordinal < spec.replicas;
  return claims.some((claim) => claim.spec.component === component && claim.spec.ordinal === ordinal);
}

function settleRound(
  next: Round,
  verdict: BarrierVerdict | ItemsVerdict,
  members: readonly PhaseMember[],
  { phase, elapsedMs, now }: { readonly phase: Phase; readonly elapsedMs: number; readonly now: number },
): Round {
  const { message } = verdict;
  if (verdict.state === "Released") {
    const missing = new Set(verdict.missing);
    const release = {
      round: next.round,
      rule: verdict.rule,
      at: formatMicroTime(now),
      members: next.entered,
      missing: next.expected.filter((member) => missing.has(memberName(member))),
    };
    return withPasses({ ...next, state: "Released", release, message }, members, { phase, now });
  }
  if (verdict.state === "Failed") {
    return failed(next, phase, { reason: reasonOf(verdict.reason, next), message: withCause(message, next.failed) });
  }
  const timeoutMs = phase.spec.timeout === undefined ? undefined : durationMs(phase.spec.timeout);
  if (timeoutMs !== undefined && elapsedMs >= timeoutMs) {
    const words = `not released within ${formatDuration(timeoutMs)}: ${message}`;
    return failed(next, phase, { reason: "TimedOut", message: words });
  }
  const recheckAfterMs = "recheckAfterMs" in verdict ? verdict.recheckAfterMs : undefined;
  const waits = [recheckAfterMs, timeoutMs === undefined ? undefined : timeoutMs - elapsedMs].filter(
    (ms) => ms !== undefined,
  );
  return { ...next, message, ...(waits.length > 0 && { recheckAfterMs: Math.min(...waits) }) };
}

function reasonOf(verdict: string | undefined, next: Round): NonNullable<Round["failure"]> {
  if (verdict === "ItemsFailed") return "ItemsFailed";
  if (verdict === "BarrierTimeout") return "BelowMinimum";
  return next.failed.length > 0 ? "ProcessFailed" : "CannotRelease";
}

/** The end of the phase, or the beginning of another try. */
function failed(
  next: Round,
  { spec }: Phase,
  { reason, message }: { readonly reason: NonNullable<Round["failure"]>; readonly message: string },
): Round {
  if (spec.onFailure !== "Retry" || next.retries >= spec.retries)
    return { ...next, state: "Failed", failure: reason, message };
  const retries = next.retries + 1;
  return {
    ...freshRound(next, 1),
    retries,
    retrying: true,
    message: `is run again (${retries} of ${spec.retries}): ${message}`,
  };
}

/** The first member's own words, because numbers alone help nobody. */
function withCause(message: string, failed: readonly FailedMember[]): string {
  const first = failed[0];
  return first === undefined ? message : `${message}; ${memberName(first)}: ${first.message}`;
}

/** An entry belongs to the member's holder: it stays as long as that does, and a new holder enters anew. */
function enteredMember(
  member: PhaseMember | undefined,
  { phase, now }: PhaseWorld,
  current: Round,
): readonly EnteredMember[] {
  if (member === undefined) return [];
  const { component, ordinal, claim, plan } = member;
  const { epoch } = claim.spec;
  const claimUid = claim.metadata.uid ?? "";
  const earlier = entriesOf(current.entered, member).find((it) => isHolder(it, member));
  if (earlier !== undefined) return [earlier];
  if (plan.progress.get(phase.spec.phase)?.entered !== true) return [];
  return [{ component, ordinal, epoch, claimUid, at: formatMicroTime(now) }];
}

/**
 * The release stands, whatever becomes of members; but who fails now is told, for policies that let the whole
 * application fail. A service's release holds for the revisions that its members are updated to.
 */
function afterRelease({ phase, now }: PhaseWorld, members: readonly PhaseMember[], current: Round): Round {
  const name = phase.spec.phase;
  const failed = members.flatMap(({ component, ordinal, plan }): FailedMember[] => {
    const message = plan.progress.get(name)?.failure;
    return message === undefined ? [] : [{ component, ordinal, message }];
  });
  const next = { ...current, revisions: phase.spec.revisions, failed, late: lateMembers(members, current) };
  return withPasses(next, members, { phase, now });
}

function lateMembers(members: readonly PhaseMember[], { expected }: Pick<Round, "expected">): readonly Member[] {
  const known = new Set(expected.map(memberName));
  return members
    .filter((member) => member.configured && member.takesPart && !known.has(memberName(member)))
    .slice(0, namesShown)
    .map(({ component, ordinal }) => ({ component, ordinal }));
}

/** The status without conditions. */
export function roundStatus({
  message: _message,
  failure: _failure,
  recheckAfterMs: _recheck,
  retries,
  retrying,
  ...round
}: Round): PhaseStatus {
  const { expected, entered } = round;
  const tries = { ...(retries > 0 && { retries }), ...(retrying && { retrying }) };
  return { ...round, ...tries, ...(round.state !== "Waiting" && { progress: `${entered.length}/${expected.length}` }) };
}
