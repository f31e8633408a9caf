import type {
  BarrierReport,
  ClaimReport,
  MonitorReport,
  ProcessOrder,
  ProcessReport,
  SoftwareOrder,
  SoftwareReport,
} from "../../protocol/index.ts";
import type { Transfer } from "../blobs/blob-cache.ts";
import type { ClaimFacts } from "../claim/facts.ts";
import type { ClaimEntry, ProcessEntry, Run } from "../ledger/entry.ts";
import type { RunObservation } from "../plan-input.ts";
import { isRemoved } from "../plan-order.ts";
import { claimState, isOrdered } from "./claim-state.ts";
import { processReport } from "./process-report.ts";
import { softwareReport } from "./software-report.ts";

export interface ClaimReportInput {
  readonly entry: ClaimEntry;
  readonly facts: ClaimFacts;
  readonly orphan: boolean;
  /** By uid of the Process. */
  readonly runs: ReadonlyMap<string, RunObservation>;
  readonly workingDirectory: string;
  /** Where the run of a process is at barriers. */
  readonly barriers: (processUid: string, run: Run | undefined) => readonly BarrierReport[];
  /** What monitors say. */
  readonly monitors: readonly MonitorReport[];
  /** How far a package has come that is being sent; by digest. */
  readonly transfer: (digest: string) => Transfer | undefined;
  /** Its processes need a lease, and there is none. */
  readonly isLeaseMissing: boolean;
  /** Why the ledger could not be written; nothing is done for the claim meanwhile. */
  readonly storageFailure?: string;
}

/** What is told of a claim: its entry and what is seen now. */
export function claimReport(input: ClaimReportInput): ClaimReport {
  const { entry, orphan, workingDirectory } = input;
  const { uid, epoch, order } = entry;
  const known = Object.entries(entry.processes).map(([id, process]) => reportOf(input, id, process));
  // What is ordered and not begun is told as well, so that nobody takes silence for an answer.
  const others = isRemoved(entry)
    ? []
    : order.processes.filter((process) => entry.processes[process.uid] === undefined);
  return {
    uid,
    name: order.name,
    namespace: order.namespace,
    epoch,
    state: claimState(entry),
    orphan,
    workingDirectory,
    software: softwareReports(input),
    processes: [...known, ...others.map((process) => reportOf(input, process.uid, unbegun(process)))],
    ...(entry.receipt !== undefined && { receipt: entry.receipt }),
    ...(input.monitors.length > 0 && { monitors: input.monitors }),
  };
}

function reportOf(input: ClaimReportInput, uid: string, process: ProcessEntry): ProcessReport {
  const { entry, facts, runs, storageFailure } = input;
  return processReport({
    process,
    order: entry.order.processes.find((candidate) => candidate.uid === uid),
    seen: runs.get(uid),
    health: facts.health.get(uid),
    stop: facts.stops.get(uid),
    chosen: entry.ports[uid] ?? {},
    barriers: input.barriers(uid, process.run),
    isLeaseMissing: input.isLeaseMissing,
    ...(storageFailure !== undefined && { storageFailure }),
  });
}

function unbegun(order: ProcessOrder): ProcessEntry {
  return { order, runs: 0, restarts: 0, streak: 0, restartTimes: [] };
}

function softwareReports({ entry, facts, transfer, storageFailure }: ClaimReportInput): SoftwareReport[] {
  const current = entry.software.filter(isOrdered);
  const isKnown = ({ name }: SoftwareOrder): boolean => current.some((software) => software.name === name);
  const reports = current.map((software) => softwareReport(software, facts.installs.get(software.directory), transfer));
  const pending = entry.order.software.filter((order) => !isKnown(order)).map(pendingReport);
  if (storageFailure === undefined) return [...reports, ...pending];
  const failure = { state: "Failed", reason: "DiskFull", message: storageFailure } as const;
  return [...reports, ...pending].map((report) => (report.state === "Installed" ? report : { ...report, ...failure }));
}

function pendingReport({ name, digest }: SoftwareOrder): SoftwareReport {
  return { name, ...(digest !== undefined && { digest }), state: "Pending", bytes: 0, total: 0, attempts: 0 };
}
