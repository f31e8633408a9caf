import type { Metrics } from "../metrics/index.ts";
import type { ConnectFailureReason, HostObservation } from "./fabric.ts";

const results: readonly ("connected" | ConnectFailureReason)[] = [
  "connected",
  "Unreachable",
  "AuthenticationFailed",
  "HostKeyChanged",
  "SudoFailed",
  "RuntimeMissing",
  "DiskFull",
  "BootstrapFailed",
  "ProtocolMismatch",
  "Superseded",
];
const pushes = ["accepted", "older", "failed"] as const;
const states = ["connecting", "connected", "suspect", "judging", "dead", "down", "unreachable", "agentDead"] as const;

export interface FabricMetrics {
  readonly connects: (result: "connected" | ConnectFailureReason) => void;
  readonly pushes: (result: (typeof pushes)[number]) => void;
  readonly uploaded: (bytes: number) => void;
}

/** `observations` is asked whenever metrics are read. */
export function makeFabricMetrics(metrics: Metrics, observations: () => Iterable<HostObservation>): FabricMetrics {
  const connects = metrics.counter({
    name: "plush_agent_connects_total",
    help: "Attempts to connect to machines, by how they ended.",
    labels: ["reason"],
  });
  const documents = metrics.counter({
    name: "plush_document_pushes_total",
    help: "Documents sent to agents, by how they were received.",
    labels: ["result"],
  });
  const bytes = metrics.counter({
    name: "plush_package_upload_bytes_total",
    help: "Bytes of packages sent to agents by this server.",
  });
  metrics.gauge({
    name: "plush_machines",
    help: "Machines by the state of their link.",
    labels: ["state"],
    collect(gauge) {
      for (const state of states) gauge.set({ state }, 0);
      for (const observation of observations()) gauge.inc({ state: stateOf(observation) });
    },
  });
  for (const reason of results) connects.inc({ reason }, 0);
  for (const result of pushes) documents.inc({ result }, 0);
  return {
    connects: (reason) => connects.inc({ reason }),
    pushes: (result) => documents.inc({ result }),
    uploaded: (count) => bytes.inc(count),
  };
}

function stateOf(observation: HostObservation): (typeof states)[number] {
  if (observation.state === "lost") return observation.verdict;
  if (observation.state === "connected") return observation.suspect ? "suspect" : "connected";
  return "connecting";
}
