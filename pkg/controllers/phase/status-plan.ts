import type { PhaseStatus } from "../../api/index.ts";
import { formatMicroTime } from "../../clock/index.ts";
import { type ConditionRow, conditionsWith } from "../../controller/index.ts";
import type { PhaseMember } from "./members-plan.ts";
import type { Round } from "./round.ts";
import { roundStatus } from "./round-plan.ts";
import { workStatus } from "./work-round-plan.ts";
import type { PhaseWorld } from "./world.ts";

export function phaseStatus(
  world: PhaseWorld,
  round: Round,
  members: readonly PhaseMember[],
  refused?: string,
): PhaseStatus {
  const { phase, now } = world;
  const rows = phase.spec.suspend
    ? suspendedRows()
    : [...rowsOf(round, isMoving(world, members)), ...quotaRows(round, refused)];
  return {
    ...roundStatus(round),
    ...(round.state !== "Waiting" && workStatus(world, round.round)),
    ...(phase.metadata.generation !== undefined && { observedGeneration: phase.metadata.generation }),
    conditions: conditionsWith(phase, rows, formatMicroTime(now)),
  };
}

/** Members that catch up or are updated, after the release. */
function isMoving({ phase }: PhaseWorld, members: readonly PhaseMember[]): boolean {
  return members.some(
    ({ plan, takesPart, failure }) =>
      takesPart && failure === undefined && plan.progress.get(phase.spec.phase)?.entered !== true,
  );
}

function suspendedRows(): readonly ConditionRow[] {
  return [
    ["Ready", "False", "Suspended", "suspended"],
    ["Reconciling", "False", "Suspended", ""],
    ["Stalled", "False", "NotStalled", ""],
  ];
}

/** A later row of a type wins. */
function quotaRows({ state }: Round, refused: string | undefined): readonly ConditionRow[] {
  if (refused === undefined || state === "Failed") return [];
  return [["Stalled", "True", "QuotaExceeded", refused]];
}

function rowsOf(round: Round, moving: boolean): readonly ConditionRow[] {
  const { state, message, failure } = round;
  switch (state) {
    case "Waiting":
    case "Open":
      return [
        ["Ready", "False", state, message],
        ["Reconciling", "True", state, message],
        ["Stalled", "False", "NotStalled", ""],
      ];
    case "Released":
      return [
        ["Ready", "True", "Released", message],
        moving ? ["Reconciling", "True", "Updating", "members catch up"] : ["Reconciling", "False", "Settled", ""],
        ["Stalled", "False", "NotStalled", ""],
      ];
    case "Failed":
      return [
        ["Ready", "False", "Failed", message],
        ["Reconciling", "False", "Settled", ""],
        ["Stalled", "True", failure ?? "CannotRelease", message],
      ];
  }
}
