import type { PoolMonitors, Resource, ResourceStatus } from "../../api/index.ts";
import { formatMicroTime } from "../../clock/index.ts";
import type { ConditionRow } from "../../controller/index.ts";
import type { ConnectFailure, HostObservation } from "../../fabric/index.ts";
import { failureText } from "./failure-text.ts";
import { isKnown, type ResourceObservation } from "./observe.ts";
import { pressureRows } from "./pressure-plan.ts";

/** How a machine is, in the words of its status. */
export interface Health {
  readonly state: NonNullable<ResourceStatus["state"]>;
  /** Absent fields are to be absent in the status. */
  readonly fields: Pick<ResourceStatus, "step" | "verdict" | "lostAt" | "evidence" | "presentedHostKey">;
  readonly rows: readonly ConditionRow[];
}

/** Reasons that only a person can mend. */
const stalling: ReadonlySet<string> = new Set([
  "AuthenticationFailed",
  "HostKeyChanged",
  "SudoFailed",
  "RuntimeMissing",
  "DiskFull",
  "ProtocolMismatch",
  "Superseded",
  "ReferenceNotFound",
  "AddressTaken",
]);

/**
 * Unknown is not absent: a machine that this server has not reached yet, but an earlier one had, is Ready=Unknown until
 * there is a verdict.
 */
export function judgeHealth({ resource, observation, fault, monitors }: ResourceObservation): Health {
  if (fault !== undefined && observation.state !== "connected") {
    const rows = failedRows("False", fault.reason, fault.message);
    return { state: "Failed", fields: keptLoss(resource), rows };
  }
  switch (observation.state) {
    case "connected":
      return connected(resource, observation, monitors);
    case "connecting":
      return connecting(resource, observation);
    case "lost":
      return lost(resource, observation);
  }
}

type Connected = Extract<HostObservation, { state: "connected" }>;
type Connecting = Extract<HostObservation, { state: "connecting" }>;
type Lost = Extract<HostObservation, { state: "lost" }>;

function connected(resource: Resource, { host }: Connected, monitors: PoolMonitors): Health {
  const { spec, status } = resource;
  const pressure = pressureRows({ resource, attributes: host.attributes, monitors });
  const busy = (status?.allocations ?? []).length > 0;
  const degraded = pressure.find(([type, held]) => held === "True" && type !== "LoadPressure");
  const state =
    degraded !== undefined ? "Degraded" : (status?.residue ?? []).length > 0 ? "Draining" : busy ? "Claimed" : "Free";
  return {
    state,
    fields: {},
    rows: [
      readyRow(spec.unschedulable, degraded),
      ["Reachable", "True", "Connected", ""],
      ["AgentReady", "True", "AgentReady", ""],
      ["Reconciling", "False", "Settled", ""],
      ["Stalled", "False", "NotStalled", ""],
      ...pressure,
    ],
  };
}

/** Work goes on; what keeps new work away is the reason. */
function readyRow(isCordoned: boolean, degraded: ConditionRow | undefined): ConditionRow {
  if (isCordoned) return ["Ready", "True", "Cordoned", "takes nothing new"];
  if (degraded === undefined) return ["Ready", "True", "AgentReady", ""];
  const [type, , , message] = degraded;
  return ["Ready", "True", type, `takes nothing new: ${message}`];
}

function connecting(resource: Resource, observation: Connecting): Health {
  const { failure, verdict, evidence, step } = observation;
  const unknown = isKnown(resource) && verdict === undefined;
  const fields = {
    ...keptLoss(resource),
    ...(verdict !== undefined && { verdict, lostAt: resource.status?.lostAt ?? formatMicroTime(observation.sinceAt) }),
    ...(evidence !== undefined && { evidence }),
    ...hostKeyOf(failure),
  };
  if (failure !== undefined) {
    const rows = failedRows(unknown ? "Unknown" : "False", failure.reason, failureText(resource, failure));
    return { state: stateAfter(failure), fields, rows };
  }
  const isFirst = step === "connecting" || step === "not attached";
  return {
    state: isFirst ? "Pending" : "Bootstrapping",
    fields: { ...fields, step },
    rows: [
      ["Ready", unknown ? "Unknown" : "False", "Connecting", step],
      ["Reachable", "Unknown", "Connecting", step],
      ["AgentReady", "Unknown", "Connecting", step],
      ["Reconciling", "True", "Connecting", step],
      ["Stalled", "False", "NotStalled", ""],
    ],
  };
}

function lost(resource: Resource, observation: Lost): Health {
  const { verdict, evidence, failure, sinceAt } = observation;
  const since = formatMicroTime(sinceAt);
  const detail = failure === undefined ? "" : `; ${failureText(resource, failure)}`;
  const message = `${resource.metadata.name}: ${verdictText[verdict]}: ${evidence}${detail}`;
  const isGone = verdict === "dead" || verdict === "down";
  const isStalled = failure !== undefined && stalling.has(failure.reason);
  return {
    // A machine that only a person can bring back is not merely out of reach.
    state: isStalled ? "Failed" : "Unreachable",
    fields: { verdict, lostAt: since, evidence, ...hostKeyOf(failure) },
    rows: [
      ["Ready", isGone ? "False" : "Unknown", isStalled ? failure.reason : "Lost", message],
      ["Reachable", verdict === "judging" ? "Unknown" : verdict === "agentDead" ? "True" : "False", "Lost", message],
      [
        "AgentReady",
        verdict === "judging" ? "Unknown" : "False",
        verdict === "agentDead" ? "AgentDead" : "Lost",
        message,
      ],
      ["Reconciling", "True", "Connecting", "tried again until it answers"],
      isStalled ? ["Stalled", "True", failure.reason, message] : ["Stalled", "False", "NotStalled", ""],
    ],
  };
}

const verdictText: Readonly<Record<Lost["verdict"], string>> = {
  judging: "no sign of life, being looked at",
  dead: "the machine is dead",
  down: "the machine is up, its SSH server and agent are gone",
  unreachable: "the machine answers, its agent does not",
  agentDead: "the agent is gone and is being started again",
};

function failedRows(ready: "False" | "Unknown", reason: string, message: string): ConditionRow[] {
  const isLink = reason === "Unreachable" || reason === "AuthenticationFailed" || reason === "HostKeyChanged";
  const isAgent = reason === "BootstrapFailed" || reason === "ProtocolMismatch" || reason === "Superseded";
  return [
    ["Ready", ready, reason, message],
    ["Reachable", isLink ? "False" : "Unknown", isLink ? reason : "Connecting", message],
    ["AgentReady", isAgent ? "False" : "Unknown", isAgent ? reason : "Connecting", message],
    ["Reconciling", "True", "Connecting", "tried again until it works"],
    stalling.has(reason) ? ["Stalled", "True", reason, message] : ["Stalled", "False", "NotStalled", ""],
  ];
}

function stateAfter(failure: ConnectFailure): Health["state"] {
  return failure.reason === "Unreachable" ? "Unreachable" : "Failed";
}

function hostKeyOf(failure: ConnectFailure | undefined): Health["fields"] {
  return failure?.presentedHostKey === undefined ? {} : { presentedHostKey: failure.presentedHostKey };
}

/** When it was lost stays known over restarts of the server; what it was judged to be then does not hold any more. */
function keptLoss({ status }: Resource): Health["fields"] {
  return status?.lostAt === undefined ? {} : { lostAt: status.lostAt };
}
