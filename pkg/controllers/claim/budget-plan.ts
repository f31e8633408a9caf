import { type Claim, type Component, resolveCount } from "../../api/index.ts";
import { parseTimestamp } from "../../clock/index.ts";
import { isSpare } from "../../graph/index.ts";
import { type Failure, isSentAway, isVoluntary } from "./failure-plan.ts";
import type { RecoveryDecision } from "./recovery-decision.ts";

/** What limits replacements. */
export interface BudgetWorld {
  readonly claim: Claim;
  readonly component?: Component;
  /** Claims of the same component, this one among them. */
  readonly siblings: readonly Claim[];
  readonly nowAt: number;
}

const hourMs = 3_600_000;
const defaultMaxReplacements = 3;

/** Why a member is not replaced now although it should be; undefined: it may be. */
export function planBudgets(failure: Failure, { siblings, ...rest }: BudgetWorld): RecoveryDecision | undefined {
  const world = { ...rest, siblings: siblings.filter((one) => !isSpare(one)) };
  // A spare does nothing that would be missed.
  if (isVoluntary(failure.reason)) return isSpare(world.claim) ? undefined : voluntary(world);
  return perHour(failure, world) ?? concurrent(failure, world);
}

function perHour(failure: Failure, { claim, component, nowAt }: BudgetWorld): RecoveryDecision | undefined {
  const limit = component?.spec.recovery.maxReplacements ?? defaultMaxReplacements;
  const recent = (claim.status?.replacements ?? [])
    .filter(({ reason }) => !isSentAway(reason))
    .map(({ at }) => parseTimestamp(at) ?? 0)
    .filter((at) => nowAt - at < hourMs)
    .sort((left, right) => left - right);
  const [oldest] = recent;
  if (recent.length < limit) return undefined;
  const message = `${failure.message}; replaced ${recent.length} times within the hour, which is all that is allowed`;
  const recheckAfterMs = oldest === undefined ? undefined : oldest + hourMs - nowAt;
  return {
    kind: "blocked",
    reason: "ReplacementsUsedUp",
    message,
    ...(recheckAfterMs !== undefined && { recheckAfterMs }),
  };
}

function concurrent(failure: Failure, { claim, component, siblings }: BudgetWorld): RecoveryDecision | undefined {
  if (component === undefined) return undefined;
  const members = Math.max(siblings.length, 1);
  const limit = Math.max(1, resolveCount(component.spec.recovery.maxConcurrent, members, "down"));
  const busy = siblings.filter((other) => other.metadata.uid !== claim.metadata.uid && isRecovering(other)).length;
  if (busy < limit) return undefined;
  return {
    kind: "wait",
    message: `${failure.message}; ${busy} members are being replaced already, of ${limit} at once`,
  };
}

/** Bound anew and not ready since. */
function isRecovering({ spec, status }: Claim): boolean {
  return status?.failure !== undefined && spec.epoch > (status.failure.epoch ?? 0);
}

/** Nothing is broken, so the component's update budget is kept. */
function voluntary({ claim, component, siblings }: BudgetWorld): RecoveryDecision | undefined {
  if (component === undefined) return undefined;
  const limit = Math.max(1, resolveCount(component.spec.updateStrategy.maxUnavailable, siblings.length, "down"));
  const others = siblings.filter(({ metadata }) => metadata.uid !== claim.metadata.uid);
  const unavailable = others.filter(({ status }) => status?.state !== "Ready").length;
  if (unavailable < limit) return undefined;
  return { kind: "wait", message: `${unavailable} other members are not ready: this one stays until they are` };
}
