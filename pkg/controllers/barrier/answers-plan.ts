import type { Barrier, BarrierAnswered } from "../../api/index.ts";
import type { BarrierRoundState } from "./round-plan.ts";
import { findHolder, type Guest } from "./world.ts";

/** What a waiting guest is to the rounds as they stand. */
export type Wish =
  | { readonly kind: "enter" }
  /** It wants the round after the present one, which has been released. */
  | { readonly kind: "next" }
  /** It is in the present round already, released or not. */
  | { readonly kind: "inside" }
  /** The round that it wants has been released without it. */
  | { readonly kind: "late"; readonly round: number }
  | { readonly kind: "refused"; readonly reason: string };

/** What a waiting guest wants, read against the present round. */
export function wishOf(guest: Guest, round: BarrierRoundState, rounds: number | undefined): Wish {
  const wanted = guest.at.round;
  const isHere = wanted === undefined || wanted === round.round;
  if (isHere && findHolder(round.entered, guest) !== undefined) return { kind: "inside" };
  if (round.state === "Failed") return { kind: "refused", reason: round.message };
  const refusal = beyond(wanted ?? 1, round, rounds);
  if (refusal !== undefined) return { kind: "refused", reason: refusal };
  if (round.state === "Open") return isHere ? { kind: "enter" } : { kind: "late", round: wanted };
  if (round.state === "Waiting" || wanted === round.round + 1) return { kind: "next" };
  return { kind: "late", round: wanted ?? round.round };
}

/** Why a round is not to be entered: there is none of this number, or not yet. */
function beyond(wanted: number, { state, round }: BarrierRoundState, rounds: number | undefined): string | undefined {
  if (rounds !== undefined && wanted > rounds) return `the barrier has ${rounds} rounds, and all are over`;
  const next = state === "Open" ? round : round + 1;
  return wanted > next ? `round ${wanted} is ahead of the barrier, which is at round ${round}` : undefined;
}

/** What a guest was told, and has not heard yet: it stands, even where the next round has begun meanwhile. */
export function standingAnswer({ processUid, at }: Guest, { status }: Barrier): BarrierAnswered | undefined {
  return status?.answers?.find(
    (answer) => answer.processUid === processUid && (at.round === undefined || answer.round >= at.round),
  );
}

/** What is told to guests that wait: entries of a released round that have passed, who came late, who may not enter. */
export function answersFor(
  guests: readonly Guest[],
  round: BarrierRoundState,
  barrier: Barrier,
): readonly BarrierAnswered[] {
  const { release, rounds } = barrier.spec;
  return guests.flatMap((guest): readonly BarrierAnswered[] => {
    if (!guest.isAlive || guest.at.state !== "Waiting") return [];
    const earlier = standingAnswer(guest, barrier);
    // Who asks again, after an agent was started anew say, is told the same.
    if (earlier !== undefined) return [forEntry(earlier, guest)];
    const wish = wishOf(guest, round, rounds);
    if (wish.kind === "inside") return passed(guest, round);
    if (wish.kind === "late") return late(guest, wish.round, round, release.late);
    if (wish.kind === "refused")
      return [told(guest, { round: guest.at.round ?? 1, outcome: "Refuse", reason: wish.reason })];
    return [];
  });
}

function passed(
  guest: Guest,
  { state, entered, passed: through, release, round }: BarrierRoundState,
): readonly BarrierAnswered[] {
  if (state !== "Released" || release === undefined) return [];
  if (through !== undefined && findHolder(through, guest) === undefined) return [];
  const rank = findHolder(entered, guest)?.rank ?? 0;
  return [told(guest, { round, outcome: "Pass", rank, entered: release.entered, reason: release.rule })];
}

function late(
  guest: Guest,
  round: number,
  { passed: through, release }: BarrierRoundState,
  rule: "Pass" | "Wait" | "Reject",
): readonly BarrierAnswered[] {
  const entered = release?.entered ?? 0;
  if (rule === "Wait") return [];
  if (rule === "Reject")
    return [
      told(guest, { round, outcome: "Reject", entered, late: true, reason: `round ${round} was released before` }),
    ];
  // Where passing is throttled late ones wait for their turn as well.
  if (through !== undefined && findHolder(through, guest) === undefined) return [];
  return [told(guest, { round, outcome: "Pass", entered, late: true, reason: "late" })];
}

function told(
  guest: Guest,
  answer: Partial<BarrierAnswered> & Pick<BarrierAnswered, "round" | "outcome" | "reason">,
): BarrierAnswered {
  return forEntry({ processUid: guest.processUid, rank: 0, entered: 0, late: false, ...answer }, guest);
}

function forEntry(answer: BarrierAnswered, { at }: Guest): BarrierAnswered {
  return at.at === undefined || at.at === answer.entryAt ? answer : { ...answer, entryAt: at.at };
}
