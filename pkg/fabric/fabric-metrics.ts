import type { Metrics } from "../metrics/index.ts";
import type { PackageFailure } from "../protocol/index.ts";
import type { ConnectFailureReason, HostObservation } from "./fabric.ts";
import type { Verdict } from "./link-plan.ts";

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
const verdicts: readonly Verdict[] = ["dead", "down", "unreachable", "agentDead"];
const peerFailures: readonly PackageFailure["reason"][] = ["Unreachable", "Ended", "Slow", "Corrupt"];

export interface FabricMetrics {
  readonly connects: (result: "connected" | ConnectFailureReason) => void;
  readonly pushes: (result: (typeof pushes)[number]) => void;
  readonly links: LinkMeter;
  readonly packages: PackageMeter;
}

/** What becomes of links to machines. */
export interface LinkMeter {
  /** An agent has answered, after so long. `isAgain`: this server had reached it before. */
  reached(roundTripMs: number, isAgain: boolean): void;
  lost(verdict: Verdict): void;
  moved(direction: "sent" | "received", bytes: number): void;
}

/** How packages come to machines. */
export interface PackageMeter {
  /** The server has sent one, or the rest of one. */
  sent(bytes: number): void;
  notSent(): void;
  /** A machine has one that it was sent to others for. */
  gotFromPeers(bytes: number): void;
  peerFailed(reason: PackageFailure["reason"]): void;
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
    links: makeLinkMeter(metrics),
    packages: makePackageMeter(metrics),
  };
}

function makeLinkMeter(metrics: Metrics): LinkMeter {
  const again = metrics.counter({
    name: "plush_link_reconnects_total",
    help: "Connections to machines that this server had reached before, changes of their way in a tree included.",
  });
  const losses = metrics.counter<"verdict">({
    name: "plush_link_losses_total",
    help: "Verdicts on machines whose link was lost.",
    labels: ["verdict"],
  });
  const roundTrips = metrics.histogram({
    name: "plush_link_round_trip_seconds",
    help: "How long agents took to answer the server's hello, at each connection.",
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 8],
  });
  const bytes = metrics.counter<"direction">({
    name: "plush_link_bytes_total",
    help: "Bytes of direct links to agents, with what they relay, before SSH.",
    labels: ["direction"],
  });
  for (const verdict of verdicts) losses.inc({ verdict }, 0);
  for (const direction of ["sent", "received"] as const) bytes.inc({ direction }, 0);
  return {
    reached(roundTripMs, isAgain) {
      roundTrips.observe(roundTripMs / 1000);
      if (isAgain) again.inc();
    },
    lost: (verdict) => losses.inc({ verdict }),
    moved: (direction, count) => bytes.inc({ direction }, count),
  };
}

function makePackageMeter(metrics: Metrics): PackageMeter {
  const uploaded = metrics.counter({
    name: "plush_package_upload_bytes_total",
    help: "Bytes of packages sent to agents by this server.",
  });
  const exchanged = metrics.counter({
    name: "plush_package_peer_bytes_total",
    help: "Bytes of packages that machines have got from other machines.",
  });
  const transfers = metrics.counter<"source" | "result">({
    name: "plush_package_transfers_total",
    help: "Packages brought to machines, by where from and how that ended.",
    labels: ["source", "result"],
  });
  const failures = metrics.counter<"reason">({
    name: "plush_package_peer_failures_total",
    help: "Machines that failed as the source of a package for another one, by why.",
    labels: ["reason"],
  });
  for (const source of ["server", "peers"] as const) transfers.inc({ source, result: "complete" }, 0);
  transfers.inc({ source: "server", result: "failed" }, 0);
  for (const reason of peerFailures) failures.inc({ reason }, 0);
  return {
    sent(bytes) {
      uploaded.inc(bytes);
      transfers.inc({ source: "server", result: "complete" });
    },
    notSent: () => transfers.inc({ source: "server", result: "failed" }),
    gotFromPeers(bytes) {
      exchanged.inc(bytes);
      transfers.inc({ source: "peers", result: "complete" });
    },
    peerFailed: (reason) => failures.inc({ reason }),
  };
}

function stateOf(observation: HostObservation): (typeof states)[number] {
  if (observation.state === "lost") return observation.verdict;
  if (observation.state === "connected") return observation.suspect ? "suspect" : "connected";
  return "connecting";
}
