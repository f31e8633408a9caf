import { annotations, isDeleting, type Resource, type ResourceStatus } from "../../api/index.ts";
import { formatTimestamp } from "../../clock/index.ts";
import { type ConditionRow, conditionsWith } from "../../controller/index.ts";
import { equalJson } from "../../merge/index.ts";
import { type Health, judgeHealth } from "./health-plan.ts";
import { networkAttributes, networkFields } from "./network-plan.ts";
import { isKnown, type ResourceObservation } from "./observe.ts";
import { planQuarantine, type QuarantinePlan, quarantineRows, quarantineText } from "./quarantine-plan.ts";
import { planRemoval, type Removal, removalRows } from "./removal-plan.ts";
import { agentOf, allocatableOf, orphansOf, settleAttributes, settledReceipts, unpaidResidue } from "./report-plan.ts";

export interface ResourcePlan {
  readonly status: ResourceStatus;
  /** Receipts that the agent may forget, by claim. */
  readonly acknowledge: readonly string[];
  /** Set where the Resource is being deleted. */
  readonly removal?: Removal;
  /** A person has trusted another host key: try again at once. */
  readonly retry: boolean;
  readonly recheckAfterMs?: number;
}

/** So long after the server's start what a machine was counts as what it is, unless something else is heard. */
const settlingMs = 5000;

/** What a Resource's status should say, and what to do about the machine. */
export function planResource(input: ResourceObservation): ResourcePlan {
  const { resource, observation } = input;
  const settlesInMs = settlingFor(input);
  if (settlesInMs > 0) {
    return { status: resource.status ?? {}, acknowledge: [], retry: false, recheckAfterMs: settlesInMs };
  }
  const health = judgeHealth(input);
  const removal = isDeleting(resource) ? planRemoval(input) : undefined;
  const quarantine = planQuarantine(resource, input.nowAt);
  const trusted = resource.metadata.annotations?.[annotations.trustHostKey];
  const retry = trusted !== undefined && trusted !== resource.status?.hostKey;
  return {
    status: statusOf(input, withQuarantine(health, quarantine), { removal, quarantine }),
    acknowledge: observation.state === "connected" ? settledReceipts(resource, observation.claims) : [],
    ...(removal !== undefined && { removal }),
    retry,
    ...(quarantine.recheckAfterMs !== undefined && { recheckAfterMs: quarantine.recheckAfterMs }),
  };
}

/** Of a machine that works otherwise, the quarantine is what matters most. */
function withQuarantine(health: Health, { quarantine }: QuarantinePlan): Health {
  if (quarantine === undefined || (health.state !== "Free" && health.state !== "Claimed")) return health;
  const rows = health.rows.map(
    (row): ConditionRow =>
      row[0] === "Ready" && row[2] === "AgentReady"
        ? ["Ready", "True", "Quarantined", quarantineText(quarantine)]
        : row,
  );
  return { ...health, state: "Quarantined", rows };
}

/** Most machines are reached within a second: saying of all of them that nothing is known would wake everybody twice. */
function settlingFor({ resource, observation, fault, nowAt }: ResourceObservation): number {
  const isSettling = observation.state === "connecting" && observation.failure === undefined && fault === undefined;
  if (!isSettling || observation.verdict !== undefined || !isKnown(resource) || isDeleting(resource)) return 0;
  return observation.sinceAt + settlingMs - nowAt;
}

interface Judged {
  readonly removal: Removal | undefined;
  readonly quarantine: QuarantinePlan;
}

function statusOf(input: ResourceObservation, health: Health, { removal, quarantine }: Judged): ResourceStatus {
  const { resource, observation, nowAt } = input;
  const nowText = formatTimestamp(nowAt);
  const { step: _s, verdict: _v, lostAt: _l, evidence: _e, presentedHostKey: _k, ...rest } = resource.status ?? {};
  const { quarantine: _q, faults: _f, tree: lastPlace, ...kept } = rest;
  // Until it is reached, or cannot be: a server that is started again looks for it there.
  const isToCome = observation.state === "connecting" && observation.failure === undefined && input.fault === undefined;
  const { generation } = resource.metadata;
  const reported = observation.state === "connected" ? reportedFields(resource, observation, nowText) : {};
  const place = isToCome && lastPlace !== undefined && { tree: lastPlace };
  const next: ResourceStatus = { ...kept, ...place, ...health.fields, ...reported, ...hostKeyOf(input) };
  const state = removal === undefined ? health.state : "Draining";
  const rows = [
    ...health.rows,
    ...quarantineRows(quarantine),
    ...orphanRows(next),
    ...(removal === undefined ? [] : removalRows(input, removal)),
  ];
  return {
    ...next,
    ...(quarantine.faults !== undefined && { faults: quarantine.faults }),
    ...(quarantine.quarantine !== undefined && { quarantine: quarantine.quarantine }),
    ...(generation !== undefined && { observedGeneration: generation }),
    state,
    since: resource.status?.state === state ? (resource.status.since ?? nowText) : nowText,
    claims: (resource.status?.allocations ?? []).length,
    conditions: conditionsWith(resource, rows, nowText),
  };
}

function reportedFields(
  resource: Resource,
  { host, claims, prefetched, tree, network = {} }: Extract<ResourceObservation["observation"], { state: "connected" }>,
  nowText: string,
): Partial<ResourceStatus> {
  const before = resource.status?.attributes;
  const attributes = settleAttributes(before, { ...host.attributes, ...networkAttributes(network) });
  const isMeasured = resource.status?.measuredAt !== undefined && equalJson(before, attributes);
  return {
    attributes,
    ...(!isMeasured && { measuredAt: nowText }),
    ...networkFields(network),
    allocatable: allocatableOf(resource.spec, attributes),
    agent: agentOf(host),
    bootIdentity: host.bootIdentity,
    directory: host.directory,
    residue: unpaidResidue(resource, claims),
    orphans: orphansOf(resource, claims, nowText),
    ...(prefetched !== undefined && { prefetched }),
    ...(tree !== undefined && { tree }),
  };
}

/** Pinned at first contact; changed only by a person's word. */
function hostKeyOf({ resource, observation }: ResourceObservation): Partial<ResourceStatus> {
  const trusted = resource.metadata.annotations?.[annotations.trustHostKey];
  const presented = observation.state === "connected" ? observation.hostKey : undefined;
  const hostKey = trusted ?? resource.status?.hostKey ?? presented;
  return hostKey === undefined ? {} : { hostKey };
}

function orphanRows({ orphans = [] }: ResourceStatus): ConditionRow[] {
  if (orphans.length === 0) return [["Orphans", "False", "NoOrphans", ""]];
  const names = orphans.map(({ namespace, name, claimUid }) =>
    name === undefined ? claimUid : `${namespace}/${name}`,
  );
  const message = `the machine runs claims that this server does not know: ${names.join(", ")}; they are left alone`;
  return [["Orphans", "True", "OrphansFound", message]];
}
