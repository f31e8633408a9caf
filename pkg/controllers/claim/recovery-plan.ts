import {
  type Claim,
  type Component,
  type FailureReason,
  type Hook,
  matchesLabels,
  type Process,
  type RecoveryAction,
} from "../../api/index.ts";
import { formatTimestamp } from "../../clock/index.ts";
import type { HookAnswer } from "../../hooks/index.ts";
import { planBudgets } from "./budget-plan.ts";
import { type Failure, isVoluntary, knownRecord, type Verdict } from "./failure-plan.ts";
import { failsEverywhere, worksElsewhere } from "./fault-plan.ts";
import type { RecoveryDecision } from "./recovery-decision.ts";

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
  /** Hooks that recovery names, as far as they are there, in the order in which they are asked. */
  readonly hooks: readonly Hook[];
  /** What they said last about this claim. */
  readonly answer?: HookAnswer;
  /** Its processes may still run where it is bound, for so long; absent: they do not, or nobody minds. */
  readonly lease?: { readonly waitMs: number; readonly untilAt: number };
  readonly nowAt: number;
}

/**
 * What is done about a failed member: first it has to count, and not be one of too many; then hooks are asked, where
 * there are any; what they or recovery say is carried out, within the budgets.
 */
export function planRecovery(failure: Failure, world: RecoveryWorld): RecoveryDecision {
  const held = patience(failure, world) ?? brake(failure, world);
  if (held !== undefined) return held;
  const byDefault = (): RecoveryDecision => carryOut(failure.policy, failure, world);
  const { reason } = failure;
  if (isVoluntary(reason)) return byDefault();
  const hooks = world.hooks
    .filter((hook) => wants(hook, reason, world.claim))
    .map(({ metadata }) => metadata.name ?? "");
  if (hooks.length === 0) return byDefault();
  const answer = answerTo(failure, world);
  if (answer === undefined) return question(failure, world, hooks, byDefault());
  const { action, hook } = answer;
  return action === undefined || hook === undefined ? byDefault() : carryOut(action, failure, world, hook);
}

function patience({ countsAt, message }: Failure, { nowAt }: RecoveryWorld): RecoveryDecision | undefined {
  if (countsAt <= nowAt) return undefined;
  return { kind: "wait", message, recheckAfterMs: countsAt - nowAt };
}

function brake({ reason, message }: Failure, { braked }: RecoveryWorld): RecoveryDecision | undefined {
  if (!braked || reason !== "HostLost") return undefined;
  const why = "so many machines of its pool are gone at once that nothing is replaced";
  return { kind: "blocked", reason: "Braked", message: `${message}; ${why}` };
}

function wants({ spec }: Hook, reason: FailureReason, { metadata }: Claim): boolean {
  if (spec.events !== undefined && !spec.events.includes(reason)) return false;
  return spec.selector === undefined || matchesLabels(spec.selector, metadata.labels ?? {});
}

/** What has been answered about this very failure: now, or before the server was started again. */
function answerTo(failure: Failure, { claim, answer }: RecoveryWorld): Verdict | undefined {
  if (answer?.cause === causeOf(failure, claim)) return answer;
  const known = knownRecord(failure, claim);
  return known?.hook === undefined ? undefined : known;
}

/** Tells failures of a claim apart. */
function causeOf({ reason, processName = "", suspect }: Failure, { spec }: Claim): string {
  // A phase that is tried again has processes of its own, by the same names.
  const isOnce = reason === "ProcessFailed" && suspect?.kind === "process";
  const once = isOnce ? [suspect.process.metadata.uid] : [];
  return JSON.stringify([reason, spec.epoch, spec.revision ?? "", processName, ...once]);
}

function question(
  failure: Failure,
  { claim }: RecoveryWorld,
  hooks: readonly string[],
  byDefault: RecoveryDecision,
): RecoveryDecision {
  return {
    kind: "ask",
    message: `${failure.message}; ${hooks.length === 1 ? "hook" : "hooks"} ${hooks.join(", ")} asked`,
    cause: causeOf(failure, claim),
    hooks,
    proposed: proposal(byDefault),
    allowed: allowedActions(failure, claim),
  };
}

/** What the default comes to; where a person is needed, nothing but waiting. */
function proposal(decision: RecoveryDecision): RecoveryAction {
  if (decision.kind === "replace") return "Replace";
  return decision.kind === "ask" ? decision.proposed : (decision.action ?? "Wait");
}

/** Only a process can be restarted, and not one that never is, which waiting does not help either; who is to be on one
 * machine only cannot be replaced. */
function allowedActions({ reason }: Failure, { spec }: Claim): readonly RecoveryAction[] {
  const isTied = spec.targetResourceName !== undefined && reason !== "ResourceGone";
  return [
    ...(isTied ? [] : (["Replace"] as const)),
    ...(reason === "ProcessFailed" ? [] : (["Wait"] as const)),
    "Ignore",
    "FailPhase",
    "FailApplication",
    ...(reason === "CrashLoop" ? (["Restart"] as const) : []),
  ];
}

/** `hook`: who said so; absent: recovery itself. */
function carryOut(action: RecoveryAction, failure: Failure, world: RecoveryWorld, hook?: string): RecoveryDecision {
  const by = hook === undefined ? "recovery" : `hook ${hook}`;
  const verdict: Verdict = { action, ...(hook !== undefined && { hook }) };
  const { message } = failure;
  switch (action) {
    case "Replace":
      return replace(failure, world, verdict);
    case "Wait":
      return { kind: "wait", message: `${message}; ${by} says to wait for it`, ...verdict };
    case "Ignore":
      return { kind: "ignore", message: `${message}; ${by} says to ignore it`, ...verdict };
    case "FailPhase":
    case "FailApplication":
      // Its phase, or the application, says that it failed: nothing holds the member itself.
      if (failure.reason === "ProcessFailed") return { kind: "ignore", message, ...verdict };
      return { kind: "blocked", reason: stalledReason(failure), message, ...verdict };
    case "Restart":
      // By recovery it is never given up: what has ended all the same cannot be started at all.
      if (hook === undefined) return { kind: "blocked", reason: stalledReason(failure), message };
      return { kind: "wait", message: `${message}; ${by} says to go on restarting it`, ...verdict };
  }
}

function stalledReason({ reason }: Failure): "CrashLoop" | "InstallFailed" | "MonitorFailed" | "HostLost" {
  if (reason === "Pressure") return "MonitorFailed";
  return reason === "CrashLoop" || reason === "InstallFailed" ? reason : "HostLost";
}

function replace(failure: Failure, world: RecoveryWorld, verdict: Verdict): RecoveryDecision {
  const { claim } = world;
  const { targetResourceName: only } = claim.spec;
  const { reason, message } = failure;
  // A hook knows what it does: it decides whose fault the failure is.
  if (verdict.hook === undefined && !countsAgainstMachine(failure, world)) return applicationsFault(failure);
  if (verdict.hook === undefined && failsEverywhere(failure.suspect, world)) {
    return { kind: "blocked", reason: "MonitorFailed", message: `${message}; it fails on every other machine too` };
  }
  if (only !== undefined && reason !== "ResourceGone") {
    return { kind: "wait", message: `${message}; only ${only} will do: waiting for it`, action: "Wait" };
  }
  const leased = waitForLease(failure, world, verdict);
  if (leased !== undefined) return leased;
  const held = planBudgets(failure, world);
  if (held === undefined) return { kind: "replace", ...verdict };
  return verdict.hook === undefined ? held : { ...held, ...verdict };
}

/** What runs on a machine that nobody hears ends by itself when its lease does; until then nobody takes its place. */
function waitForLease(failure: Failure, { lease }: RecoveryWorld, verdict: Verdict): RecoveryDecision | undefined {
  if (failure.reason !== "HostLost" || lease === undefined) return undefined;
  const message = `${failure.message}; what runs there may hold its lease until ${formatTimestamp(lease.untilAt)}`;
  return { kind: "wait", message, recheckAfterMs: lease.waitMs, isForLease: true, ...verdict };
}

/** Replaced, it would fail on every machine of the pool, one after the other. A process is restarted on and on. */
function applicationsFault(failure: Failure): RecoveryDecision {
  const { message } = failure;
  const isEnded = failure.reason === "CrashLoop";
  return { kind: "blocked", reason: stalledReason(failure), message, ...(isEnded && { action: "Restart" }) };
}

/** A failure of software or process counts against the machine only where the same revision works on another one. */
function countsAgainstMachine({ reason, suspect }: Failure, world: RecoveryWorld): boolean {
  if (reason !== "InstallFailed" && reason !== "CrashLoop") return true;
  return suspect !== undefined && worksElsewhere(suspect, world);
}
