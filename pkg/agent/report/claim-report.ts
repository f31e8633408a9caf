import type { ClaimReport, ClaimState } from "../../protocol/index.ts";
import type { Transfer } from "../blobs/blob-cache.ts";
import type { ClaimFacts } from "../claim/facts.ts";
import type { ClaimEntry, SoftwareEntry } from "../ledger/entry.ts";
import type { RunObservation } from "../plan-input.ts";
import { isRemoved } from "../plan-order.ts";
import { fingerprint } from "../plan-software.ts";
import { processReport } from "./process-report.ts";
import { softwareReport } from "./software-report.ts";

export interface ClaimReportInput {
  readonly entry: ClaimEntry;
  readonly facts: ClaimFacts;
  readonly orphan: boolean;
  /** By uid of the Process. */
  readonly runs: ReadonlyMap<string, RunObservation>;
  readonly workingDirectory: string;
  /** How far a package has come that is being sent; by digest. */
  readonly transfer: (digest: string) => Transfer | undefined;
  /** Why the ledger could not be written; nothing is done for the claim meanwhile. */
  readonly storageFailure?: string;
}

/** What is told of a claim: its entry and what is seen now. */
export function claimReport(input: ClaimReportInput): ClaimReport {
  const { entry, facts, orphan, workingDirectory } = input;
  const { uid, epoch, order } = entry;
  const processes = Object.entries(entry.processes).map(([id, process]) =>
    processReport({
      process,
      order: order.processes.find((candidate) => candidate.uid === id),
      seen: input.runs.get(id),
      health: facts.health.get(id),
      stop: facts.stops.get(id),
      chosen: entry.ports[id] ?? {},
      ...(input.storageFailure !== undefined && { storageFailure: input.storageFailure }),
    }),
  );
  return {
    uid,
    name: order.name,
    namespace: order.namespace,
    epoch,
    state: claimState(entry),
    orphan,
    workingDirectory,
    software: entry.software
      .filter(isOrdered)
      .map((software) => softwareReport(software, facts.installs.get(software.directory), input.transfer)),
    processes,
    ...(entry.receipt !== undefined && { receipt: entry.receipt }),
  };
}

function claimState(entry: ClaimEntry): ClaimState {
  if (isRemoved(entry)) return "Removed";
  if (entry.removal !== undefined || entry.successor !== undefined || entry.order.intent === "Remove")
    return "Removing";
  if (entry.order.intent === "Stop") {
    const isQuiet = Object.values(entry.processes).every(({ run }) => run === undefined || run.end !== undefined);
    if (!isQuiet) return "Stopping";
  }
  const current = entry.software.filter(isOrdered);
  if (current.some(({ state }) => state === "Failed")) return "Failed";
  const isInstalled = entry.order.software.every((order) =>
    current.some(({ name, fingerprint: own, state }) => {
      return state === "Installed" && name === order.name && own === fingerprint(order);
    }),
  );
  return isInstalled ? "Configured" : "Installing";
}

function isOrdered({ supersededAt }: SoftwareEntry): boolean {
  return supersededAt === undefined;
}
