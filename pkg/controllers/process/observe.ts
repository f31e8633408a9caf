import { type Claim, isDeleting, kinds, type ObjectKey, type Process } from "../../api/index.ts";
import { formatMicroTime } from "../../clock/index.ts";
import type { ControllerPorts } from "../../controller/index.ts";
import type { Fabric, HostObservation } from "../../fabric/index.ts";
import { isBare } from "../../graph/index.ts";
import { findFault, type ProcessFault, type ValueSource } from "../../values/index.ts";
import type { MachineView, ProcessObservation, ScrapeOutcome } from "./status-plan.ts";

export interface ProcessPorts extends ControllerPorts {
  readonly fabric: Pick<Fabric, "observe" | "subscribe">;
  /** Absent: nobody asks processes for their metrics. */
  readonly scrapes?: Scrapes;
}

/** What came of asking processes for their metrics. */
export interface Scrapes {
  /** Of the last time; undefined where nobody has asked since the server started. */
  outcomeOf(processUid: string): ScrapeOutcome | undefined;
  /** Calls back where an outcome is another one. Returns what stops that. */
  subscribe(listener: (key: ObjectKey) => void): () => void;
}

/** After its start the server waits so long for machines before it says that they do not answer. */
const observingMs = 30_000;

/** The claim under which a process runs; undefined where that is no more, or another of the same name came. */
export function claimOf(process: Process, ports: Pick<ControllerPorts, "cache">): Claim | undefined {
  const claims = ports.cache(kinds.Claim);
  if (isBare(process)) return claims.ownedBy(process.metadata.uid ?? "")[0];
  const { claimName, claimUid } = process.spec;
  const found = claims.get({ namespace: process.metadata.namespace ?? "", name: claimName ?? "" });
  return found?.metadata.uid === claimUid ? found : undefined;
}

/** `refused`: why a quota does not let it have a claim. */
export function observe(process: Process, ports: ProcessPorts, refused?: string): ProcessObservation {
  const claim = claimOf(process, ports);
  const fault =
    refused === undefined || claim !== undefined
      ? faultOf(process, claim, ports)
      : ({ reason: "QuotaExceeded", message: refused } as const);
  const scraped = ports.scrapes?.outcomeOf(process.metadata.uid ?? "");
  return {
    process,
    ...(claim !== undefined && { claim }),
    machine: machineView(process, claim, ports),
    ...(scraped !== undefined && { scraped }),
    ...(fault !== undefined && { fault }),
    nowText: formatMicroTime(ports.clock.now()),
  };
}

function machineView(process: Process, claim: Claim | undefined, ports: ProcessPorts): MachineView {
  if (claim === undefined) return withoutClaim(process);
  const { resourceUid, resourceName, epoch } = claim.spec;
  if (resourceUid === undefined || epoch === 0) return { kind: "unbound", message: "waits for a machine" };
  const observation = ports.fabric.observe(resourceUid);
  if (observation.state !== "connected") return awayView(observation, resourceName ?? "", ports.clock.now());
  const expected = isBare(process) ? epoch : process.spec.epoch;
  const reports = observation.claims.get(claim.metadata.uid ?? "")?.processes ?? [];
  const report = reports.find((one) => one.uid === process.metadata.uid && one.epoch === expected);
  if (report === undefined && isDeleting(claim)) return { kind: "released", message: "its claim is being released" };
  return { kind: "known", ...(report !== undefined && { report }) };
}

function withoutClaim(process: Process): MachineView {
  if (isBare(process)) return { kind: "unbound", message: "waits for a claim" };
  return { kind: "released", message: "its claim was released" };
}

function awayView(
  observation: Exclude<HostObservation, { state: "connected" }>,
  resourceName: string,
  now: number,
): MachineView {
  if (observation.state === "connecting") {
    const message = `${resourceName} is being reached`;
    const recheckAfterMs = observation.sinceAt + observingMs - now;
    return recheckAfterMs > 0 ? { kind: "unsettled", message, recheckAfterMs } : { kind: "unknown", message };
  }
  if (observation.verdict === "judging") return { kind: "unsettled", message: `${resourceName} is being looked for` };
  return { kind: "unknown", message: `${resourceName} does not answer: ${observation.evidence}` };
}

/** Looked at with what the machine will be told, so that both say the same. */
function faultOf(process: Process, claim: Claim | undefined, ports: ProcessPorts): ProcessFault | undefined {
  const { namespace = "" } = process.metadata;
  const values: ValueSource = {
    secret: (name) => ports.cache(kinds.Secret).get({ namespace, name }),
    configMap: (name) => ports.cache(kinds.ConfigMap).get({ namespace, name }),
  };
  const resource = ports.cache(kinds.Resource).byUid(claim?.spec.resourceUid ?? "");
  if (resource === undefined) return findFault(process.spec, values);
  const pool = ports.cache(kinds.ResourcePool).get({ namespace: "", name: resource.spec.poolName ?? "" });
  return findFault(process.spec, values, { resource, pool });
}
