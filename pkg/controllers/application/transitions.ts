import {
  type Application,
  type ApplicationStatus,
  type Condition,
  findCondition,
  isTrue,
  type PhaseSummary,
} from "../../api/index.ts";
import type { Transition } from "../../events/index.ts";

/** What has happened between the status that an application has and its next one. */
export function transitions({ status: before }: Application, after: ApplicationStatus): readonly Transition[] {
  const conditions = (type: string): readonly [Condition | undefined, Condition | undefined] => [
    findCondition(before?.conditions, type),
    findCondition(after.conditions, type),
  ];
  return [
    ...(after.phases ?? []).flatMap((phase) => phaseTransition(before?.phases ?? [], phase)),
    ...becameTrue(conditions("ResourcesAcquired")),
    ...becameTrue(conditions("SoftwareInstalled")),
    ...becameTrue(conditions("Available"), "Available"),
    ...lost(conditions("Available")),
    ...becameTrue(conditions("Complete"), "Complete"),
    ...stalled(conditions("Stalled")),
    ...suspended(before, after),
    ...expiring(conditions("Expiring")),
    ...becameTrue(conditions("CleanedUp")),
    ...revised(before, after),
  ];
}

function phaseTransition(before: readonly PhaseSummary[], { name, state }: PhaseSummary): readonly Transition[] {
  const was = before.find((phase) => phase.name === name)?.state ?? "Waiting";
  if (was === state) return [];
  const words = { Waiting: "begins anew", Open: "has opened", Released: "is released", Failed: "has failed" } as const;
  const reason = state === "Waiting" ? "PhaseReset" : (`Phase${state === "Open" ? "Opened" : state}` as const);
  return [{ type: state === "Failed" ? "Warning" : "Normal", reason, message: `phase ${name} ${words[state]}` }];
}

type Change = readonly [Condition | undefined, Condition | undefined];

function becameTrue([before, after]: Change, reason?: string): readonly Transition[] {
  if (after?.status !== "True" || before?.status === "True") return [];
  return [{ type: "Normal", reason: reason ?? after.reason, message: after.message }];
}

function lost([before, after]: Change): readonly Transition[] {
  if (before?.status !== "True" || after?.reason !== "NotEnoughReady") return [];
  return [{ type: "Warning", reason: after.reason, message: after.message }];
}

function stalled([before, after]: Change): readonly Transition[] {
  if (after?.status !== "True") return [];
  if (before?.status === "True" && before.reason === after.reason) return [];
  return [{ type: "Warning", reason: after.reason, message: after.message }];
}

/** Told when it is near, and when it has come. */
function expiring([before, after]: Change): readonly Transition[] {
  if (after?.status !== "True" || (before?.status === "True" && before.reason === after.reason)) return [];
  return [{ type: "Warning", reason: after.reason, message: after.message }];
}

function suspended(before: ApplicationStatus | undefined, after: ApplicationStatus): readonly Transition[] {
  const [was, is] = [before?.state === "Suspended", after.state === "Suspended"];
  if (was === is) return [];
  if (is) return [{ type: "Normal", reason: "Suspended", message: "its machines are cleaned and given back" }];
  return [{ type: "Normal", reason: "Resumed", message: "a new run begins" }];
}

function revised(before: ApplicationStatus | undefined, after: ApplicationStatus): readonly Transition[] {
  if (before?.currentRevision === undefined || before.currentRevision === after.currentRevision) return [];
  const isUp = isTrue(before.conditions, "ResourcesAcquired");
  return isUp ? [{ type: "Normal", reason: "Updating", message: `to revision ${after.currentRevision}` }] : [];
}
