import type { Claim, ClaimFailure, Component, FailureReason, Phase, Process, RecoveryAction } from "../../api/index.ts";
import { durationMs, formatMicroTime } from "../../clock/index.ts";
import { betterMachine, finalFailure, isAskedToLeave, isBound, type OrderedPackage } from "../../graph/index.ts";
import type { HostSituation } from "./host-plan.ts";
import type { Pressure } from "./pressure-plan.ts";

/** What went wrong with a claim on the machine that it is bound to. */
export interface Failure {
  /** Draining and Rebalancing: nothing is broken, it is to go elsewhere. */
  readonly reason: FailureReason | "Draining" | "Rebalancing";
  readonly message: string;
  /** When it began: wall clock, ms. */
  readonly at: number;
  /** It counts from this instant on; until then it may mend itself. */
  readonly countsAt: number;
  /** What recovery says is done about it. */
  readonly policy: RecoveryAction;
  readonly processName?: string;
  /** The one machine that it goes to, or else stays. */
  readonly target?: string;
  /** Says more than the reason, where the machine is to blame whatever others do. */
  readonly cause?: "DiskFull";
  /** Which revision fails where, for the question whose fault it is. */
  readonly suspect?: Suspect;
}

export type Suspect =
  | { readonly kind: "software"; readonly name: string; readonly digest?: string }
  | { readonly kind: "process"; readonly process: Process }
  | { readonly kind: "monitor"; readonly name: string };

/** Nothing is broken: it is asked to go, and who is asked about failures is not asked about that. */
export function isVoluntary(reason: string): reason is "Draining" | "Rebalancing" {
  return reason === "Draining" || reason === "Rebalancing";
}

/** It had to go, or was asked to, and had not failed. */
export function isSentAway(reason: string): boolean {
  return isVoluntary(reason) || reason === "Preempted";
}

/** The member works on until it has another machine. */
export function isAtWork({ reason }: Pick<Failure, "reason">): boolean {
  return isVoluntary(reason) || reason === "Pressure";
}

export interface FailureInput {
  readonly claim: Claim;
  readonly component?: Component;
  readonly processes: readonly Process[];
  readonly phases: readonly Phase[];
  readonly packages: readonly OrderedPackage[];
  readonly host: HostSituation;
  readonly pressure?: Pressure;
  /** Why its machine is none of those that its component asks for since that has changed. */
  readonly misfit?: string;
  readonly resourceName: string;
  readonly nowAt: number;
}

/** A machine that answers but whose agent does not may only be slow; so long it is waited for. */
const unreachableMs = 10_000;

/** The claim of a bare process has no component to say what is to be done. */
const defaultHost = { action: "Replace", after: "0s" } as const;

/** The gravest first: where the machine is lost, what was last heard of software and processes means nothing. */
export function findFailure(input: FailureInput): Failure | undefined {
  if (!isBound(input.claim)) return undefined;
  return (
    hostFailure(input) ??
    softwareFailure(input) ??
    processFailure(input) ??
    leaving(input) ??
    pressed(input) ??
    lastRunFailure(input) ??
    rebalancing(input)
  );
}

function hostFailure({ component, host, resourceName, nowAt, claim }: FailureInput): Failure | undefined {
  if (host.kind === "gone") {
    const message = `Resource ${claim.spec.resourceName} is no more`;
    return { reason: "ResourceGone", message, at: nowAt, countsAt: nowAt, policy: "Replace" };
  }
  if (host.kind !== "lost") return undefined;
  const { action, after } = component?.spec.recovery.host ?? defaultHost;
  const waitMs = Math.max(durationMs(after), host.verdict === "unreachable" ? unreachableMs : 0);
  return {
    reason: "HostLost",
    message: `machine ${resourceName} is ${host.verdict}: ${host.evidence}`,
    at: host.lostAt,
    countsAt: Math.max(host.lostAt + waitMs, host.holdUntil ?? 0),
    policy: action,
  };
}

/**
 * A Resource that is deleted gives its claims up in good order, one that is drained those that were asked to leave, and
 * one that is not what is asked for any more those that ask so.
 */
function leaving({ claim, host, misfit, resourceName, nowAt }: FailureInput): Failure | undefined {
  if (host.kind !== "alive") return undefined;
  const isDrained = host.isCordoned && isAskedToLeave(claim);
  if (!host.isLeaving && !isDrained && misfit === undefined) return undefined;
  const message =
    host.goesBackAt !== undefined
      ? `Resource ${resourceName} goes back to the pool that lent it at ${host.goesBackAt}`
      : host.isLeaving || isDrained
        ? `Resource ${resourceName} is being ${host.isLeaving ? "deleted" : "drained"}`
        : `Resource ${resourceName} is not what is asked for any more: ${misfit}`;
  return { reason: "Draining", message, at: nowAt, countsAt: nowAt, policy: "Replace" };
}

/** Another machine has become better for it. */
function rebalancing({ claim, host, resourceName, nowAt }: FailureInput): Failure | undefined {
  const target = betterMachine(claim);
  if (target === undefined || host.kind !== "alive") return undefined;
  const message = `${target} is better than ${resourceName} for it`;
  return { reason: "Rebalancing", message, at: nowAt, countsAt: nowAt, policy: "Replace", target };
}

/** Where recovery says that pressure is more than to be told. */
function pressed({ host, pressure, component }: FailureInput): Failure | undefined {
  const { action, after } = component?.spec.recovery.pressure ?? {};
  if (host.kind !== "alive" || pressure === undefined || action !== "Replace" || after === undefined) return undefined;
  const { message, sinceAt, monitor } = pressure;
  return {
    reason: "Pressure",
    message,
    at: sinceAt,
    countsAt: sinceAt + durationMs(after),
    policy: action,
    ...(monitor !== undefined && { suspect: { kind: "monitor", name: monitor } }),
  };
}

const defaultSoftware = { action: "Replace", retries: 3 } as const;

/** What a package that cannot be installed leads to; Retry means that its retries are never used up. */
const softwarePolicies = { Replace: "Replace", Fail: "FailApplication" } as const;

function softwareFailure({ claim, component, host, packages, nowAt }: FailureInput): Failure | undefined {
  if (host.kind !== "alive" || claim.status?.epoch !== claim.spec.epoch) return undefined;
  const { action, retries } = component?.spec.recovery.software ?? defaultSoftware;
  if (action === "Retry") return undefined;
  const failed = (claim.status.software ?? []).find(
    ({ state, attempts = 0 }) => state !== "Installed" && attempts > retries,
  );
  if (failed === undefined || !packages.some(({ name, digest }) => name === failed.name && digest === failed.digest)) {
    return undefined;
  }
  return {
    reason: "InstallFailed",
    message: `${failed.name}: ${failed.message ?? failed.reason ?? "is tried again"}`,
    at: nowAt,
    countsAt: nowAt,
    policy: softwarePolicies[action],
    ...(failed.reason === "DiskFull" && { cause: failed.reason }),
    suspect: { kind: "software", name: failed.name, ...(failed.digest !== undefined && { digest: failed.digest }) },
  };
}

function processFailure(input: FailureInput): Failure | undefined {
  const { claim, processes, host, nowAt } = input;
  if (host.kind !== "alive") return undefined;
  const failed = processes.find(
    (process) =>
      process.spec.restartPolicy !== "Never" &&
      isOfNow(process, claim) &&
      !isOutdated(process, input) &&
      (process.status?.state === "Failed" || isStillFailing(process, claim)),
  );
  if (failed === undefined) return undefined;
  const { message, output, restarts = 0 } = failed.status ?? {};
  const text = [message ?? `ended ${restarts + 1} times`, output].filter(Boolean).join("\n");
  return {
    reason: "CrashLoop",
    message: `${failed.metadata.name}: ${text}`,
    at: nowAt,
    countsAt: nowAt,
    policy: failed.spec.recovery.action,
    processName: failed.metadata.name ?? "",
    suspect: { kind: "process", process: failed },
  };
}

/** One that never restarts fails its phase, which says so itself, unless hooks are to be asked whether it does. */
function lastRunFailure(input: FailureInput): Failure | undefined {
  const { claim, component, processes, host, nowAt } = input;
  if (host.kind !== "alive" || component === undefined || component.spec.recovery.hooks.length === 0) return undefined;
  for (const process of processes) {
    const words = finalFailure(process);
    if (words === undefined || process.spec.epoch !== claim.spec.epoch || isOutdated(process, input)) continue;
    const { name = "" } = process.metadata;
    return {
      reason: "ProcessFailed",
      message: [`${name} ${words}`, process.status?.output].filter(Boolean).join("\n"),
      at: nowAt,
      countsAt: nowAt,
      policy: process.spec.recovery.action === "FailApplication" ? "FailApplication" : "FailPhase",
      processName: name,
      suspect: { kind: "process", process },
    };
  }
  return undefined;
}

function isOfNow({ spec, status }: Process, claim: Claim): boolean {
  return spec.epoch === claim.spec.epoch && status?.epoch === spec.epoch && status.revision === spec.revision;
}

/** The member is admitted to another revision, and about to run that instead. */
function isOutdated({ spec }: Process, { claim, component, phases }: FailureInput): boolean {
  if (component?.spec.revision === undefined || component.spec.revision !== claim.spec.revision) return false;
  const wanted = phases.find((phase) => phase.spec.phase === spec.phase)?.spec.revisions[claim.spec.component];
  return wanted !== undefined && wanted !== spec.revision;
}

const unproven: ReadonlySet<string> = new Set(["Pending", "Starting", "Running", "Stopping"]);

/** It was given up, is restarted all the same because no other machine would help, and has not been ready since. */
function isStillFailing({ metadata, status }: Process, claim: Claim): boolean {
  const { failure } = claim.status ?? {};
  if (failure?.action !== "Restart" || failure.hook !== undefined || failure.epoch !== claim.spec.epoch) return false;
  return failure.processName === metadata.name && unproven.has(status?.state ?? "");
}

/** What was decided about a failure, and by whom: absent where it is not decided yet. */
export interface Verdict {
  readonly action?: RecoveryAction;
  readonly hook?: string;
}

/** How it is kept in the status; the instant stays that of the first look. */
export function failureRecord(
  failure: Failure,
  claim: Claim,
  resourceName: string,
  { action, hook }: Verdict = {},
): ClaimFailure {
  const { epoch, revision } = claim.spec;
  return {
    reason: failure.reason,
    message: failure.message,
    resourceName,
    ...(failure.processName !== undefined && { processName: failure.processName }),
    ...(revision !== undefined && { revision }),
    epoch,
    at: knownRecord(failure, claim)?.at ?? formatMicroTime(failure.at),
    ...(action !== undefined && { action }),
    ...(hook !== undefined && { hook }),
  };
}

/** What the status says already of this very failure. */
export function knownRecord(failure: Failure, { spec, status }: Claim): ClaimFailure | undefined {
  const known = status?.failure;
  const isSame =
    known?.reason === failure.reason && known.epoch === spec.epoch && known.processName === failure.processName;
  return isSame && known.revision === spec.revision ? known : undefined;
}
