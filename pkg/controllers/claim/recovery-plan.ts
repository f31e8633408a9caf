import { type Claim, type Component, type Process, resolveCount } from "../../api/index.ts";
import { parseTimestamp } from "../../clock/index.ts";
import type { Failure, Suspect } from "./failure-plan.ts";

/** What is known of the others when a member has failed. */
export interface RecoveryWorld {
  readonly claim: Claim;
  readonly component?: Component;
  /** Claims of the same component, this one among them. */
  readonly siblings: readonly Claim[];
  /** Processes of the same component. */
  readonly siblingProcesses: readonly Process[];
  /** Too many machines of the pool are gone at once. */
  readonly braked: boolean;
  readonly nowAt: number;
}

export type RecoveryDecision =
  /** Bind it elsewhere; machines that are not to be taken, with the reason. */
  | { readonly kind: "replace" }
  /** Time alone will change the answer, or another object. */
  | { readonly kind: "wait"; readonly message: string; readonly recheckAfterMs?: number }
  /** Until a person does something. */
  | {
      readonly kind: "blocked";
      readonly reason: "CrashLoop" | "InstallFailed" | "MonitorFailed" | "ReplacementsUsedUp" | "Braked";
      readonly message: string;
      readonly recheckAfterMs?: number;
    };

const hourMs = 3_600_000;
const defaultMaxReplacements = 3;

/** Whether a failed member is given another machine now. Each rule may only hold back. */
export function planRecovery(failure: Failure, world: RecoveryWorld): RecoveryDecision {
  return (
    wholeFault(failure, world) ??
    failsEverywhere(failure, world) ??
    onlyMachine(failure, world) ??
    patience(failure, world) ??
    brake(failure, world) ??
    budgets(failure, world) ?? { kind: "replace" }
  );
}

function onlyMachine({ reason, message }: Failure, { claim }: RecoveryWorld): RecoveryDecision | undefined {
  const { targetResourceName: only } = claim.spec;
  if (only === undefined || reason === "ResourceGone") return undefined;
  return { kind: "wait", message: `${message}; only ${only} will do: waiting for it` };
}

/**
 * A failure counts against the machine only where the same revision works on another one. Else it would fail on every
 * machine of the pool, one after the other.
 */
function wholeFault(failure: Failure, world: RecoveryWorld): RecoveryDecision | undefined {
  if (failure.reason !== "InstallFailed" && failure.reason !== "CrashLoop") return undefined;
  if (failure.replaceAt !== undefined && failure.suspect !== undefined && worksElsewhere(failure.suspect, world))
    return undefined;
  return { kind: "blocked", reason: failure.reason, message: failure.message };
}

/** A monitor that fails wherever it is asked says nothing about this machine. Where it is asked nowhere else, it counts. */
function failsEverywhere(
  { suspect, message }: Failure,
  { claim, siblings }: RecoveryWorld,
): RecoveryDecision | undefined {
  if (suspect?.kind !== "monitor") return undefined;
  const elsewhere = siblings.filter(
    ({ metadata, spec }) => metadata.uid !== claim.metadata.uid && spec.resourceName !== claim.spec.resourceName,
  );
  const said = elsewhere.flatMap(({ status }) => status?.monitors?.find(({ name }) => name === suspect.name) ?? []);
  if (said.length === 0 || said.some(({ state }) => state !== "Failing")) return undefined;
  return { kind: "blocked", reason: "MonitorFailed", message: `${message}; it fails on every other machine too` };
}

function worksElsewhere(suspect: Suspect, { claim, siblings, siblingProcesses }: RecoveryWorld): boolean {
  const here = claim.spec.resourceName;
  if (suspect.kind === "software") {
    return siblings.some(
      ({ metadata, spec, status }) =>
        metadata.uid !== claim.metadata.uid &&
        spec.resourceName !== here &&
        (status?.software ?? []).some(
          ({ name, digest, state }) => name === suspect.name && digest === suspect.digest && state === "Installed",
        ),
    );
  }
  if (suspect.kind !== "process") return false;
  const { spec } = suspect.process;
  return siblingProcesses.some(
    (other) =>
      other.spec.phase === spec.phase &&
      other.spec.process === spec.process &&
      other.spec.revision === spec.revision &&
      other.status?.revision === spec.revision &&
      other.status.state === "Ready" &&
      other.status.resourceName !== here,
  );
}

function patience(failure: Failure, { nowAt }: RecoveryWorld): RecoveryDecision | undefined {
  if (failure.replaceAt === undefined)
    return { kind: "wait", message: `${failure.message}; recovery says to wait for it` };
  if (failure.replaceAt <= nowAt) return undefined;
  return { kind: "wait", message: failure.message, recheckAfterMs: failure.replaceAt - nowAt };
}

function brake(failure: Failure, { braked }: RecoveryWorld): RecoveryDecision | undefined {
  if (!braked || failure.reason !== "HostLost") return undefined;
  const message = `${failure.message}; so many machines of its pool are gone at once that nothing is replaced`;
  return { kind: "blocked", reason: "Braked", message };
}

function budgets(failure: Failure, world: RecoveryWorld): RecoveryDecision | undefined {
  if (failure.reason === "Draining") return voluntary(world);
  return perHour(failure, world) ?? concurrent(failure, world);
}

function perHour(failure: Failure, { claim, component, nowAt }: RecoveryWorld): RecoveryDecision | undefined {
  const limit = component?.spec.recovery.maxReplacements ?? defaultMaxReplacements;
  const recent = (claim.status?.replacements ?? [])
    .filter(({ reason }) => reason !== "Draining")
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

function concurrent(failure: Failure, { claim, component, siblings }: RecoveryWorld): RecoveryDecision | undefined {
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
function voluntary({ claim, component, siblings }: RecoveryWorld): RecoveryDecision | undefined {
  if (component === undefined) return undefined;
  const limit = Math.max(1, resolveCount(component.spec.updateStrategy.maxUnavailable, siblings.length, "down"));
  const others = siblings.filter(({ metadata }) => metadata.uid !== claim.metadata.uid);
  const unavailable = others.filter(({ status }) => status?.state !== "Ready").length;
  if (unavailable < limit) return undefined;
  return { kind: "wait", message: `${unavailable} other members are not ready: this one stays until they are` };
}
