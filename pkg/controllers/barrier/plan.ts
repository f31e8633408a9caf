import type { BarrierStatus } from "../../api/index.ts";
import { formatMicroTime } from "../../clock/index.ts";
import { type ConditionRow, conditionsWith } from "../../controller/index.ts";
import { answersFor, standingAnswer, wishOf } from "./answers-plan.ts";
import { type BarrierRoundState, judgeRound, letPass, openRound, storedRound } from "./round-plan.ts";
import type { BarrierWorld, Guest } from "./world.ts";

export interface BarrierPlan {
  readonly status: BarrierStatus;
  readonly recheckAfterMs?: number;
}

/**
 * What a barrier does next. Everything that somebody is told stands in the status first: machines are told what is
 * stored, so a release is never taken back.
 */
export function planBarrier(world: BarrierWorld): BarrierPlan {
  const round = advance(world, storedRound(world.barrier));
  const answers = answersFor(world.guests, round, world.barrier);
  const { recheckAfterMs } = round;
  return { status: statusOf(world, round, answers), ...(recheckAfterMs !== undefined && { recheckAfterMs }) };
}

function advance(world: BarrierWorld, before: BarrierRoundState): BarrierRoundState {
  if (before.state === "Failed") return before;
  const { barrier, members } = world;
  if (barrier.spec.component !== undefined && members === undefined) {
    const message = `waits for component ${barrier.spec.component} of application ${barrier.spec.applicationName ?? ""}`;
    return { ...before, failure: "ReferenceNotFound", message };
  }
  const waiting = inOrder(
    world.guests.filter((it) => it.isAlive && it.at.state === "Waiting" && standingAnswer(it, barrier) === undefined),
  );
  const wishes = waiting.map((guest) => ({ guest, wish: wishOf(guest, before, barrier.spec.rounds) }));
  const waitsOn = barrier.spec.release.late === "Wait";
  const wants = (kind: "enter" | "next"): readonly Guest[] =>
    wishes.flatMap(({ guest, wish }) => (wish.kind === kind || (waitsOn && wish.kind === "late") ? [guest] : []));
  if (before.state === "Open") return letPass(judgeRound(before, wants("enter"), world), [], world);
  const late = waitsOn ? [] : wishes.flatMap(({ guest, wish }) => (wish.kind === "late" ? [guest] : []));
  const settled = letPass(before, late, world);
  const next = wants("next");
  // Nobody of this round is forgotten over the next: first all of them are told.
  if (next.length === 0 || wishes.some(({ wish }) => wish.kind === "inside")) return settled;
  return letPass(judgeRound(openRound(settled, world), next, world), [], world);
}

function inOrder(guests: readonly Guest[]): readonly Guest[] {
  const key = ({ at, process }: Guest): string => `${at.at ?? ""} ${process}`;
  return [...guests].sort((left, right) => (key(left) < key(right) ? -1 : 1));
}

function statusOf(
  { barrier, now }: BarrierWorld,
  round: BarrierRoundState,
  answers: NonNullable<BarrierStatus["answers"]>,
): BarrierStatus {
  const { state, openedAt, expected, entered, passed, release } = round;
  const { generation } = barrier.metadata;
  return {
    ...(generation !== undefined && { observedGeneration: generation }),
    state,
    round: round.round,
    ...(round.round > 0 && { progress: `${entered.length}/${expected}`, expected }),
    ...(openedAt !== undefined && { openedAt }),
    entered,
    ...(passed !== undefined && { passed }),
    ...(answers.length > 0 && { answers }),
    ...(release !== undefined && { release }),
    conditions: conditionsWith(barrier, rowsOf(round), formatMicroTime(now)),
  };
}

function rowsOf({ state, message, failure }: BarrierRoundState): readonly ConditionRow[] {
  const stalled: ConditionRow =
    failure === undefined ? ["Stalled", "False", "NotStalled", ""] : ["Stalled", "True", failure, message];
  switch (state) {
    case "Waiting":
      return [
        ["Ready", "False", "Waiting", message || "nobody has entered yet"],
        ["Reconciling", "False", "Waiting", ""],
        stalled,
      ];
    case "Open":
      return [["Ready", "False", "Open", message], ["Reconciling", "True", "Open", message], stalled];
    case "Released":
      return [["Ready", "True", "Released", message], ["Reconciling", "False", "Settled", ""], stalled];
    case "Failed":
      return [["Ready", "False", "Failed", message], ["Reconciling", "False", "Settled", ""], stalled];
  }
}
