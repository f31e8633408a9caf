import type { Claim, ClaimFailure, Component, Process } from "../../api/index.ts";
import { durationMs, formatMicroTime } from "../../clock/index.ts";
import { isAskedToLeave, type OrderedPackage } from "../../graph/index.ts";
import type { HostSituation } from "./host-plan.ts";
import type { Pressure } from "./pressure-plan.ts";

/** What went wrong with a claim on the machine that it is bound to. */
export interface Failure {
  readonly reason: "HostLost" | "ResourceGone" | "Draining" | "InstallFailed" | "CrashLoop" | "Pressure";
  readonly message: string;
  /** When it began: wall clock, ms. */
  readonly at: number;
  readonly processName?: string;
  /** The claim may be replaced from this instant on; undefined: policy says never. */
  readonly replaceAt?: number;
  /** Which revision fails where, for the question whose fault it is. */
  readonly suspect?: Suspect;
}

export type Suspect =
  | { readonly kind: "software"; readonly name: string; readonly digest?: string }
  | { readonly kind: "process"; readonly process: Process }
  | { readonly kind: "monitor"; readonly name: string };

/** The member works on until it has another machine. */
export function isAtWork({ reason }: Pick<Failure, "reason">): boolean {
  return reason === "Draining" || reason === "Pressure";
}

export interface FailureInput {
  readonly claim: Claim;
  readonly component?: Component;
  readonly processes: readonly Process[];
  readonly packages: readonly OrderedPackage[];
  readonly host: HostSituation;
  readonly pressure?: Pressure;
  readonly resourceName: string;
  readonly nowAt: number;
}

/** A machine that answers but whose agent does not may only be slow; so long it is waited for. */
const unreachableMs = 10_000;

/** The claim of a bare process has no component to say what is to be done. */
const defaultHost = { action: "Replace", after: "0s" } as const;

/** The gravest first: where the machine is lost, what was last heard of software and processes means nothing. */
export function findFailure(input: FailureInput): Failure | undefined {
  if (input.claim.spec.epoch === 0) return undefined;
  return hostFailure(input) ?? softwareFailure(input) ?? processFailure(input) ?? leaving(input) ?? pressed(input);
}

function hostFailure({ component, host, resourceName, nowAt, claim }: FailureInput): Failure | undefined {
  if (host.kind === "gone") {
    const message = `Resource ${claim.spec.resourceName} is no more`;
    return { reason: "ResourceGone", message, at: nowAt, replaceAt: nowAt };
  }
  if (host.kind !== "lost") return undefined;
  const { action, after } = component?.spec.recovery.host ?? defaultHost;
  const waitMs = Math.max(durationMs(after), host.verdict === "unreachable" ? unreachableMs : 0);
  return {
    reason: "HostLost",
    message: `machine ${resourceName} is ${host.verdict}: ${host.evidence}`,
    at: host.lostAt,
    ...(action === "Replace" && { replaceAt: Math.max(host.lostAt + waitMs, host.holdUntil ?? 0) }),
  };
}

/** A Resource that is deleted gives its claims up in good order, one that is drained those that were asked to leave. */
function leaving({ claim, host, resourceName, nowAt }: FailureInput): Failure | undefined {
  if (host.kind !== "alive") return undefined;
  const isDrained = host.isCordoned && isAskedToLeave(claim);
  if (!host.isLeaving && !isDrained) return undefined;
  const message = `Resource ${resourceName} is being ${host.isLeaving ? "deleted" : "drained"}`;
  return { reason: "Draining", message, at: nowAt, replaceAt: nowAt };
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
    replaceAt: sinceAt + durationMs(after),
    ...(monitor !== undefined && { suspect: { kind: "monitor", name: monitor } }),
  };
}

const defaultSoftware = { action: "Replace", retries: 3 } as const;

function softwareFailure({ claim, component, host, packages, nowAt }: FailureInput): Failure | undefined {
  if (host.kind !== "alive" || claim.status?.epoch !== claim.spec.epoch) return undefined;
  const { action, retries } = component?.spec.recovery.software ?? defaultSoftware;
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
    ...(action === "Replace" && { replaceAt: nowAt }),
    suspect: { kind: "software", name: failed.name, ...(failed.digest !== undefined && { digest: failed.digest }) },
  };
}

/** One that never restarts fails its phase: that is for the phase to say. */
function processFailure({ claim, processes, host, nowAt }: FailureInput): Failure | undefined {
  if (host.kind !== "alive") return undefined;
  const failed = processes.find(
    ({ spec, status }) =>
      status?.state === "Failed" &&
      spec.restartPolicy !== "Never" &&
      spec.epoch === claim.spec.epoch &&
      status.epoch === spec.epoch &&
      status.revision === spec.revision,
  );
  if (failed === undefined) return undefined;
  const { message, output, restarts = 0 } = failed.status ?? {};
  const text = [message ?? `ended ${restarts + 1} times`, output].filter(Boolean).join("\n");
  return {
    reason: "CrashLoop",
    message: `${failed.metadata.name}: ${text}`,
    at: nowAt,
    processName: failed.metadata.name ?? "",
    ...(failed.spec.recovery.action === "Replace" && { replaceAt: nowAt }),
    suspect: { kind: "process", process: failed },
  };
}

/** How it is kept in the status; the instant stays that of the first look. */
export function failureRecord(failure: Failure, claim: Claim, resourceName: string): ClaimFailure {
  const { epoch, revision } = claim.spec;
  const known = claim.status?.failure;
  const isKnown = known?.reason === failure.reason && known.epoch === epoch && known.at !== undefined;
  return {
    reason: failure.reason,
    message: failure.message,
    resourceName,
    ...(failure.processName !== undefined && { processName: failure.processName }),
    ...(revision !== undefined && { revision }),
    epoch,
    at: isKnown ? (known.at ?? "") : formatMicroTime(failure.at),
  };
}
