import { type Claim, type ClaimStatus, findCondition } from "../../api/index.ts";
import { formatDuration, parseTimestamp } from "../../clock/index.ts";
import type { Transition } from "../../events/index.ts";
import { isSentAway } from "./failure-plan.ts";

/** What is worth telling a person about the change from one status to the next. */
export function transitions({ spec, status }: Claim, next: ClaimStatus, nowAt: number): readonly Transition[] {
  return [
    ...placing(status, next, spec.resourceName, nowAt),
    ...trouble(status, next, "SoftwareInstalled"),
    ...trouble(status, next, "Stalled"),
    ...trouble(status, next, "Pressure"),
    ...lost(status, next),
    ...waiting(status, next),
    ...readiness(status, next, nowAt),
  ];
}

function placing(
  before: ClaimStatus | undefined,
  next: ClaimStatus,
  resourceName: string | undefined,
  nowAt: number,
): Transition[] {
  const epoch = before?.epoch ?? 0;
  if (next.epoch === undefined || next.epoch <= epoch) return [];
  if (epoch === 0) return [{ type: "Normal", reason: "Bound", message: `bound to ${resourceName}` }];
  const { from, to, reason } = next.replacements?.at(-1) ?? {
    from: before?.resourceName,
    to: resourceName,
    reason: "Replaced",
  };
  if (isSentAway(reason)) {
    const why = next.failure === undefined ? "" : `: ${next.failure.message}`;
    return [{ type: "Normal", reason: "Moved", message: `moved from ${from} to ${to}${why}` }];
  }
  const at = parseTimestamp(next.failure?.at ?? "");
  const since = at === undefined ? "" : `, ${formatDuration(Math.max(0, nowAt - at))} after the failure`;
  const cause = next.failure === undefined ? "" : `: ${next.failure.message}`;
  return [{ type: "Warning", reason: "Replaced", message: `moved from ${from} to ${to} (${reason}${since})${cause}` }];
}

/** Reasons that say "not yet", or that all is well. */
const quiet: ReadonlySet<string> = new Set([
  "NotBound",
  "Installing",
  "Installed",
  "SoftwareNotReady",
  "NotStalled",
  "NoPressure",
]);

function trouble(before: ClaimStatus | undefined, next: ClaimStatus, type: string): Transition[] {
  const now = findCondition(next.conditions, type);
  if (now === undefined || quiet.has(now.reason)) return [];
  if (findCondition(before?.conditions, type)?.reason === now.reason) return [];
  return [{ type: "Warning", reason: now.reason, message: now.message }];
}

function lost(before: ClaimStatus | undefined, next: ClaimStatus): Transition[] {
  const now = findCondition(next.conditions, "HostLost");
  if (now?.status !== "True" || findCondition(before?.conditions, "HostLost")?.reason === now.reason) return [];
  return [{ type: "Warning", reason: now.reason, message: now.message }];
}

function waiting(before: ClaimStatus | undefined, next: ClaimStatus): Transition[] {
  const now = findCondition(next.conditions, "Reconciling");
  const isNew = findCondition(before?.conditions, "Reconciling")?.reason !== now?.reason;
  if (now?.reason !== "WaitingForLease" || !isNew) return [];
  return [{ type: "Warning", reason: now.reason, message: now.message }];
}

function readiness(before: ClaimStatus | undefined, next: ClaimStatus, nowAt: number): Transition[] {
  if (next.state !== "Ready" || before?.state === "Ready") return [];
  const recovered = recoveredAfterMs(before, next, nowAt);
  const away = recovered === undefined ? "" : `, ${formatDuration(recovered)} after ${before?.failure?.reason}`;
  return [{ type: "Normal", reason: "Ready", message: `ready on ${next.resourceName}${away}` }];
}

/** Milliseconds from a failure to the member being ready on another machine; undefined where that is not just now. */
export function recoveredAfterMs(
  before: ClaimStatus | undefined,
  next: ClaimStatus,
  nowAt: number,
): number | undefined {
  const { failure } = before ?? {};
  if (failure?.at === undefined || next.failure !== undefined || next.state !== "Ready") return undefined;
  // Who was asked to go, or had to, had not failed.
  if (isSentAway(failure.reason)) return undefined;
  if ((failure.epoch ?? 0) >= (next.epoch ?? 0)) return undefined;
  const at = parseTimestamp(failure.at);
  return at === undefined ? undefined : Math.max(0, nowAt - at);
}
