import type { GitSync, GitSyncApplied, GitSyncStatus, SyncedObject } from "../../api/index.ts";
import { annotations } from "../../api/index.ts";
import { type ConditionRow, conditionsWith } from "../../controller/index.ts";
import type { Health } from "./health-plan.ts";
import type { FailedAttempt, Step } from "./step-plan.ts";
import type { FailureReason } from "./sync-failure.ts";

/** What came of a reconcile. */
export type Verdict =
  | Extract<Step, { kind: "hold" }>
  | (FailedAttempt & { readonly kind: "failed" })
  | { readonly kind: "applied"; readonly health: Health };

export interface StatusInput {
  readonly sync: GitSync;
  readonly verdict: Verdict;
  /** The commit that was looked at last. */
  readonly revision?: string;
  readonly applied?: GitSyncApplied;
  readonly inventory?: readonly SyncedObject[];
  /** Objects that somebody changed and that stay so, in words; undefined: nobody has looked. */
  readonly drifted?: readonly string[];
  /** Objects that would be pruned and stay, with the reason; undefined: nobody has looked. */
  readonly kept?: readonly string[];
  /** A request by annotation has been followed. */
  readonly isFollowed: boolean;
  readonly nowText: string;
}

/** What is told of a sync. */
export function planStatus(input: StatusInput): GitSyncStatus {
  const { sync, verdict, isFollowed, nowText, drifted, kept } = input;
  const { status = {}, metadata } = sync;
  const revision = input.revision ?? status.revision;
  const applied = input.applied ?? status.applied;
  const inventory = input.inventory ?? status.inventory;
  const request = isFollowed ? metadata.annotations?.[annotations.syncRequestedAt] : status.handledRequest;
  const rows = [...readyRows(verdict, applied), ...driftRows(drifted), ...keptRows(kept)];
  return {
    ...(metadata.generation !== undefined && { observedGeneration: metadata.generation }),
    ...(revision !== undefined && { revision }),
    ...(applied !== undefined && { applied }),
    ...(inventory !== undefined && { inventory }),
    ...(request !== undefined && { handledRequest: request }),
    conditions: conditionsWith(sync, rows, nowText),
  };
}

/** Failures that may mend themselves: nobody is called. */
const passing: ReadonlySet<FailureReason> = new Set(["FetchFailed", "Timeout", "ApplyFailed", "PruneFailed"]);
const unstalled: ConditionRow = ["Stalled", "False", "NotStalled", ""];
const settled: ConditionRow = ["Reconciling", "False", "Settled", ""];

function readyRows(verdict: Verdict, applied: GitSyncApplied | undefined): readonly ConditionRow[] {
  switch (verdict.kind) {
    case "hold": {
      const { reason, message } = verdict;
      const ready: ConditionRow = ["Ready", "False", reason, message];
      if (reason === "Suspended") return [ready, settled, unstalled];
      const waiting: ConditionRow = ["Reconciling", "True", "Waiting", message];
      return [ready, waiting, reason === "DependencyCycle" ? ["Stalled", "True", reason, message] : unstalled];
    }
    case "failed":
      return failedRows(verdict, applied);
    case "applied":
      return healthRows(verdict.health, applied);
  }
}

function failedRows({ reason, message }: FailedAttempt, applied: GitSyncApplied | undefined): readonly ConditionRow[] {
  const still = applied === undefined ? "nothing is applied" : `${applied.revision} stays applied`;
  const text = `${message}\n${still}`;
  return [
    ["Ready", "False", reason, text],
    ["Reconciling", "True", "Retrying", "tried again"],
    passing.has(reason) ? unstalled : ["Stalled", "True", reason, text],
  ];
}

function healthRows({ state, message }: Health, applied: GitSyncApplied | undefined): readonly ConditionRow[] {
  if (state === "Ready") {
    const text = applied === undefined ? "" : `${applied.objects} objects of ${applied.revision}`;
    return [["Ready", "True", "Applied", text], settled, unstalled];
  }
  if (state === "Pending")
    return [["Ready", "False", "HealthPending", message], ["Reconciling", "True", "HealthPending", message], unstalled];
  return [["Ready", "False", "HealthCheckFailed", message], settled, ["Stalled", "True", "HealthCheckFailed", message]];
}

/** So many objects are named in a condition. */
const maxNamed = 20;

function driftRows(drifted: readonly string[] | undefined): readonly ConditionRow[] {
  if (drifted === undefined) return [];
  if (drifted.length === 0) return [["Drifted", "False", "NoDrift", ""]];
  return [["Drifted", "True", "Drifted", listed(drifted)]];
}

function keptRows(kept: readonly string[] | undefined): readonly ConditionRow[] {
  if (kept === undefined) return [];
  return kept.length === 0 ? [["Pruned", "True", "Pruned", ""]] : [["Pruned", "False", "Kept", listed(kept)]];
}

function listed(names: readonly string[]): string {
  const more = names.length > maxNamed ? [`and ${names.length - maxNamed} more`] : [];
  return [...names.slice(0, maxNamed), ...more].join("\n");
}
