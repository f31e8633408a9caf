import type { Claim, Component } from "../../api/index.ts";
import { labels } from "../../api/index.ts";
import { durationMs } from "../../clock/index.ts";
import { archiveOf, type OrderedPackage } from "../../graph/index.ts";
import type {
  BarrierAnswer,
  ClaimOrder,
  CleanupOrder,
  MonitorOrder,
  PeersDocument,
  ProcessOrder,
  SoftwareOrder,
} from "../../protocol/index.ts";

export interface RunOrderInput {
  readonly claim: Claim;
  readonly component?: Component;
  readonly packages: readonly OrderedPackage[];
  /** Archives beside them, of whose files items of work are. */
  readonly files?: readonly SoftwareOrder[];
  readonly processes: readonly ProcessOrder[];
  readonly peers: PeersDocument;
  readonly answers: readonly BarrierAnswer[];
  /** uid of the spare whose place it took over. */
  readonly spareUid?: string;
}

/** What the machine is told of a claim that is bound to it. */
export function runOrder({
  claim,
  component,
  packages,
  files = [],
  processes,
  peers,
  answers,
  spareUid,
}: RunOrderInput): ClaimOrder {
  const { metadata, spec } = claim;
  const application = metadata.labels?.[labels.application];
  return {
    uid: metadata.uid ?? "",
    namespace: metadata.namespace ?? "",
    name: metadata.name ?? "",
    ...(application !== undefined && { application }),
    component: spec.component,
    ...(spec.ordinal !== undefined && { ordinal: spec.ordinal }),
    epoch: spec.epoch,
    intent: "Run",
    software: [...packages.map(softwareOrder), ...files],
    processes,
    peers,
    cleanup: cleanupOrder(component),
    ...(spareUid !== undefined && { takesOver: spareUid }),
    ...monitorsOf(component),
    ...fencingOf(claim, component),
    ...(answers.length > 0 && { barriers: answers }),
  };
}

/** A spare runs nothing that could be there twice. */
function fencingOf({ spec }: Claim, component: Component | undefined): Pick<ClaimOrder, "fencing"> {
  const { fencing } = component?.spec ?? {};
  if (fencing === undefined || spec.ordinal === undefined) return {};
  return { fencing: { leaseMs: durationMs(fencing.leaseDuration) } };
}

function monitorsOf(component: Component | undefined): Pick<ClaimOrder, "monitors"> {
  const monitors = (component?.spec.monitors ?? []).map(
    ({ name, exec, period, timeout, successThreshold, failureThreshold }): MonitorOrder => ({
      name,
      command: exec.command,
      periodMs: durationMs(period),
      timeoutMs: durationMs(timeout),
      successThreshold,
      failureThreshold,
    }),
  );
  return monitors.length === 0 ? {} : { monitors };
}

/** A place on a machine that nobody holds any more. */
export interface FormerClaim {
  readonly claimUid: string;
  readonly claimName: string;
  readonly namespace: string;
  readonly component?: string;
  readonly epoch: number;
}

/** Remove is written only for what the store says to have been here: what it does not know is left alone. */
export function removeOrder(former: FormerClaim, component: Component | undefined): ClaimOrder {
  return {
    uid: former.claimUid,
    namespace: former.namespace,
    name: former.claimName,
    component: former.component ?? component?.spec.name ?? "",
    epoch: former.epoch,
    intent: "Remove",
    software: [],
    processes: [],
    peers: { revision: 0, components: {} },
    cleanup: cleanupOrder(component),
  };
}

function softwareOrder(ordered: OrderedPackage): SoftwareOrder {
  const { name, digest, software } = ordered;
  const { strip, install, check, uninstall, timeout, scope } = software.spec;
  return {
    name,
    ...(digest !== undefined && { digest, ...archiveOf(ordered) }),
    strip,
    ...(scope === "Host" && { scope }),
    ...(install !== undefined && { install }),
    ...(check !== undefined && { check }),
    ...(uninstall !== undefined && { uninstall }),
    timeoutMs: durationMs(timeout),
  };
}

const defaultCleanupMs = 60_000;

function cleanupOrder(component: Component | undefined): CleanupOrder {
  const { command, timeout } = component?.spec.cleanup ?? {};
  return {
    ...(command !== undefined && { command }),
    timeoutMs: timeout === undefined ? defaultCleanupMs : durationMs(timeout),
  };
}
