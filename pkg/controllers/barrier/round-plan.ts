import type { Barrier, BarrierEntry, BarrierStatus } from "../../api/index.ts";
import { judgeBarrier, planPasses, releaseRuleOf, throttleRuleOf } from "../../barrier/index.ts";
import { formatMicroTime, parseTimestamp } from "../../clock/index.ts";
import { type BarrierWorld, findHolder, type Guest, guestName } from "./world.ts";

/** Where a barrier is, without what is told to whom. */
export interface BarrierRoundState {
  readonly state: "Waiting" | "Open" | "Released" | "Failed";
  readonly round: number;
  readonly openedAt?: string;
  readonly expected: number;
  readonly entered: readonly BarrierEntry[];
  readonly passed?: readonly BarrierEntry[];
  readonly release?: NonNullable<BarrierStatus["release"]>;
  readonly failure?: "CannotRelease" | "BelowMinimum" | "ReferenceNotFound";
  readonly message: string;
  readonly recheckAfterMs?: number;
}

/** What is stored of the round. */
export function storedRound({ status }: Barrier): BarrierRoundState {
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  return {
    state: status?.state ?? "Waiting",
    round: status?.round ?? 0,
    expected: status?.expected ?? 0,
    entered: status?.entered ?? [],
    message: ready?.message ?? "",
    ...(status?.openedAt !== undefined && { openedAt: status.openedAt }),
    ...(status?.passed !== undefined && { passed: status.passed }),
    ...(status?.release !== undefined && { release: status.release }),
    ...(status?.state === "Failed" && { failure: failureOf(status) }),
  };
}

function failureOf({ conditions }: BarrierStatus): NonNullable<BarrierRoundState["failure"]> {
  return conditions?.find(({ type }) => type === "Stalled")?.reason === "BelowMinimum"
    ? "BelowMinimum"
    : "CannotRelease";
}

/** A round begins with its first entry; who is expected is fixed then. */
export function openRound(before: BarrierRoundState, world: BarrierWorld): BarrierRoundState {
  const { barrier, members, now } = world;
  const expected = barrier.spec.expected ?? members?.length ?? 0;
  return {
    state: "Open",
    round: before.round + 1,
    openedAt: formatMicroTime(now),
    expected,
    entered: [],
    message: "",
    ...(before.release !== undefined && { release: before.release }),
  };
}

/** Takes entries into an open round, and judges it. `wanting`: guests that are to enter it now. */
export function judgeRound(
  current: BarrierRoundState,
  wanting: readonly Guest[],
  world: BarrierWorld,
): BarrierRoundState {
  const { barrier, guests, members, now } = world;
  const stays = (entry: BarrierEntry): boolean => {
    const guest = findHolder(guests, entry);
    return guest?.isAlive === true && guest.at.state === "Waiting";
  };
  const kept = current.entered.filter(stays);
  const fresh = wanting.filter((guest) => findHolder(kept, guest) === undefined);
  const at = formatMicroTime(now);
  const entered = [...kept, ...fresh.map((guest): BarrierEntry => ({ ...entryOf(guest), at }))].map((entry, index) => ({
    ...entry,
    rank: index + 1,
  }));
  const openedAtMs = parseTimestamp(current.openedAt ?? "") ?? now;
  const verdict = judgeBarrier({
    rule: releaseRuleOf(barrier.spec.release),
    expected: members ?? current.expected,
    entered: entered.map(guestName),
    failed: [],
    elapsedMs: now - openedAtMs,
    entryTimesMs: entered.map((entry) => (parseTimestamp(entry.at ?? "") ?? openedAtMs) - openedAtMs),
  });
  const next = { ...current, entered, message: verdict.message };
  switch (verdict.state) {
    case "Waiting":
      return { ...next, ...(verdict.recheckAfterMs !== undefined && { recheckAfterMs: verdict.recheckAfterMs }) };
    case "Failed":
      return {
        ...next,
        state: "Failed",
        failure: verdict.reason === "BarrierTimeout" ? "BelowMinimum" : "CannotRelease",
      };
    case "Released": {
      const missing = verdict.missing.slice(0, 10);
      const release = { round: current.round, rule: verdict.rule, at, entered: entered.length, missing };
      return { ...next, state: "Released", release };
    }
  }
}

/** Who passes a released round that is throttled, besides those who have; `late` come after those who had entered. */
export function letPass(current: BarrierRoundState, late: readonly Guest[], world: BarrierWorld): BarrierRoundState {
  const rule = throttleRuleOf(world.barrier.spec.release);
  if (current.state !== "Released" || rule === undefined) return current;
  const { guests, now } = world;
  const before = (current.passed ?? []).map((pass) =>
    pass.left === true || isHeld(pass, guests) ? pass : { ...pass, left: true },
  );
  const queue = [...current.entered, ...late.map(entryOf)];
  const queued = new Map(queue.map((entry) => [holderName(entry), entry]));
  const plan = planPasses({
    rule,
    waiting: queue.map(holderName),
    passes: before.map((pass) => ({
      member: holderName(pass),
      atMs: parseTimestamp(pass.at ?? "") ?? now,
      left: pass.left === true,
    })),
    nowMs: now,
  });
  const at = formatMicroTime(now);
  const passing = plan.pass.flatMap((name) => queued.get(name) ?? []);
  const passed = [...before, ...passing.map((entry) => ({ ...entry, at }))];
  return { ...current, passed, ...(plan.recheckAfterMs !== undefined && { recheckAfterMs: plan.recheckAfterMs }) };
}

/** Until it leaves or ends a process holds the place that it took. */
function isHeld(pass: BarrierEntry, guests: readonly Guest[]): boolean {
  const guest = findHolder(guests, pass);
  return guest?.isAlive === true && guest.at.state !== "Left";
}

function entryOf({ process, processUid, component, ordinal, epoch }: Guest): BarrierEntry {
  return {
    process,
    processUid,
    epoch,
    ...(component !== undefined && { component }),
    ...(ordinal !== undefined && { ordinal }),
  };
}

function holderName({ processUid, epoch }: Pick<BarrierEntry, "processUid" | "epoch">): string {
  return `${processUid}/${epoch}`;
}
