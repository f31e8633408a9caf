import { type Claim, type MonitorStatus, machineAttribute } from "../../api/index.ts";
import {
  isAskedToLeave,
  isBound,
  isHeld,
  isOlderBinding,
  type OrderedSoftware,
  orderedSoftware,
} from "../../graph/index.ts";
import { type Failure, findFailure, type Verdict } from "./failure-plan.ts";
import { type HostSituation, judgeHost } from "./host-plan.ts";
import { reportOf } from "./installed-plan.ts";
import type { ClaimWorld } from "./observe.ts";
import { findPressure, monitorsOf, type Pressure } from "./pressure-plan.ts";
import type { RecoveryDecision } from "./recovery-decision.ts";
import { planRecovery, type RecoveryWorld } from "./recovery-plan.ts";

/** A claim as it stands on its machine. */
export interface Assessment {
  readonly host: HostSituation;
  readonly ordered: OrderedSoftware;
  /** What its monitors say. */
  readonly monitors: readonly MonitorStatus[];
  readonly pressure?: Pressure;
  readonly failure?: Failure;
}

export function assess(world: ClaimWorld): Assessment {
  const { claim, component, resource, observation, processes, phases, fitness, nowAt } = world;
  const software = new Map(world.software.map((one) => [one.metadata.name ?? "", one]));
  // Of a component that is not there nobody knows what its members need.
  const isLost = component === undefined && claim.spec.componentName !== undefined;
  const ordered: OrderedSoftware = isLost
    ? { missing: [], pending: [], unfit: [] }
    : orderedSoftware({
        wanted: component?.spec.software ?? [],
        claim,
        lookUp: (name) => software.get(name),
        machine: resource && machineAttribute(resource),
      });
  const host = judgeHost(resource, observation);
  const monitors = monitorsOf(claim, reportOf(claim, observation));
  const pressure = host.kind === "alive" ? findPressure(resource, monitors) : undefined;
  const failure = findFailure({
    claim,
    ...(component !== undefined && { component }),
    processes,
    phases,
    packages: ordered.packages ?? [],
    host,
    ...(pressure !== undefined && { pressure }),
    ...(fitness?.misfit !== undefined && { misfit: fitness.misfit }),
    resourceName: claim.spec.resourceName ?? "",
    nowAt,
  });
  return {
    host,
    ordered,
    monitors,
    ...(pressure !== undefined && { pressure }),
    ...(failure !== undefined && { failure }),
  };
}

/** So long a machine of which nothing is heard is what it was: most are reached, or judged, within a second. */
const settlingMs = 5000;

/** How long to wait before anything is said of a claim whose machine is neither alive nor judged; 0: no longer. */
export function settlingFor({ claim, nowAt }: ClaimWorld, { host }: Assessment): number {
  if (host.kind !== "unknown" || claim.status?.epoch !== claim.spec.epoch) return 0;
  return Math.max(0, host.sinceAt + settlingMs - nowAt);
}

/** Asked to leave a machine that takes new work again. */
export function isPardoned(claim: Claim, { host }: Assessment): boolean {
  return isAskedToLeave(claim) && host.kind === "alive" && !host.isCordoned && !host.isLeaving;
}

/**
 * place: it needs a machine, its first or another; `here`: the one that it has, by another binding. stay: it has one; `hold`
 * says why a failed one is not left.
 */
export type Decision =
  | ({ readonly kind: "place"; readonly here?: boolean; readonly failure?: Failure } & Verdict)
  | {
      readonly kind: "stay";
      readonly failure?: Failure;
      readonly hold?: Exclude<RecoveryDecision, { readonly kind: "replace" }>;
    };

/** `recovery` is called where something has failed: gathering what it needs costs more than the rest. */
export function decide(world: ClaimWorld, { failure, host }: Assessment, recovery: () => RecoveryWorld): Decision {
  if (!isBound(world.claim)) return { kind: "place" };
  if (isUndone(world)) return { kind: "place", here: host.kind === "alive" && !host.isCordoned && !host.isLeaving };
  if (failure === undefined) return { kind: "stay" };
  const decision = planRecovery(failure, recovery());
  if (decision.kind !== "replace") return { kind: "stay", failure, hold: decision };
  const { kind: _replace, ...verdict } = decision;
  return { kind: "place", failure, ...verdict };
}

/**
 * Bound before a restore, and its machine does not have it under that binding: it never got it, or gave it up, or has
 * it under a later one that only the server before knew. It does not begin again at an epoch that is over.
 */
function isUndone({ claim, observation, epochFloor = 0 }: ClaimWorld): boolean {
  const { spec, metadata } = claim;
  if (!isOlderBinding(spec.epoch, epochFloor) || observation?.state !== "connected") return false;
  return !isHeld(spec.epoch, observation.claims.get(metadata.uid ?? ""));
}

/** What was decided about the failure. */
export function verdictOf(decision: Decision): Verdict {
  const { action, hook }: Verdict = decision.kind === "place" ? decision : (decision.hold ?? {});
  return { ...(action !== undefined && { action }), ...(hook !== undefined && { hook }) };
}

/** What is written on the machine that is left: reasons count against it, but not where a hook said so. */
export function leavingReason(decision: Decision): string {
  const { failure } = decision;
  if (failure === undefined) return "Restored";
  const { hook } = verdictOf(decision);
  const reason = failure.cause ?? failure.reason;
  return hook === undefined || failure.reason === "HostLost" ? reason : `${reason}, replaced as hook ${hook} said`;
}
