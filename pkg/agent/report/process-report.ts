import type { BarrierReport, ProcessOrder, ProcessReport, ProcessState } from "../../protocol/index.ts";
import { portsOf } from "../environment/ports.ts";
import type { ProcessEntry, Run } from "../ledger/entry.ts";
import type { Health, RunObservation, StopObservation } from "../plan-input.ts";
import { isDone } from "../plan-process.ts";
import { describeEnd, startFault } from "../plan-restart.ts";

export interface ProcessReportInput {
  readonly process: ProcessEntry;
  /** Undefined where the claim's order does not name it. */
  readonly order: ProcessOrder | undefined;
  readonly seen: RunObservation | undefined;
  readonly health: Health | undefined;
  readonly stop: StopObservation | undefined;
  readonly chosen: Readonly<Record<string, number>>;
  readonly barriers: readonly BarrierReport[];
  readonly isLeaseMissing: boolean;
  readonly storageFailure?: string;
}

/** What is told of a process: always of the run that it has, until the next is begun. */
export function processReport(input: ProcessReportInput): ProcessReport {
  const { process, seen } = input;
  const order = process.run?.end === undefined ? process.order : (input.order ?? process.order);
  const { uid, name } = order;
  const run = process.run;
  return {
    uid,
    name,
    revision: run?.revision ?? order.revision,
    epoch: run?.epoch ?? order.epoch,
    ...stateOf(input, run),
    restarts: process.restarts,
    ...(seen?.state === "running" && { pid: seen.pid, startedAt: time(seen.startedAt) }),
    ...(seen?.state === "running" && seen.limitsPartial && { limitsPartial: true }),
    ...endOf(process, run),
    ports: portsOf(order, input.chosen),
    ...(process.tidied !== undefined && { tidied: process.tidied }),
    ...(input.barriers.length > 0 && { barriers: input.barriers }),
  };
}

interface Stated {
  readonly state: ProcessState;
  readonly reason?: string;
  readonly message?: string;
  readonly nextStartAt?: string;
}

function stateOf(input: ProcessReportInput, run: Run | undefined): Stated {
  const { process, storageFailure } = input;
  // What is being stopped for its failure still runs, and may print its last words.
  const isStopping = run !== undefined && run.end === undefined && run.stopReason !== undefined;
  if (process.failure !== undefined && !isStopping) return { state: "Failed", ...process.failure };
  if (storageFailure !== undefined) return { state: "Pending", reason: "StorageFailed", message: storageFailure };
  const isLeaseMissing = input.isLeaseMissing && input.order?.intent === "Run";
  if (run === undefined || run.end?.kind === "void") return isLeaseMissing ? leaseMissing : { state: "Pending" };
  if (run.end === undefined) return openState(input, run);
  if (isLeaseMissing && process.halted && !isDone(process.order, run, run.end)) return leaseMissing;
  return endedState(process, run, run.end);
}

const leaseMissing = {
  state: "Pending",
  reason: "WaitingForLease",
  message: "it runs only while the server grants a lease, and there is none",
} as const;

function openState({ seen, health }: ProcessReportInput, run: Run): Stated {
  if (run.stopReason !== undefined) return { state: "Stopping", message: run.stopReason };
  if (seen?.state === "ended") return { state: "Running" }; // the plan is about to take note
  if (seen?.state !== "running") return { state: "Starting" };
  const current = health?.number === run.number ? health : undefined;
  if (current === undefined) return { state: "Running" };
  const told = {
    ...(current.reason && { reason: current.reason }),
    ...(current.message && { message: current.message }),
  };
  if (!current.started) return { state: "Starting", ...told };
  return current.ready ? { state: "Ready" } : { state: "Running", ...told };
}

function endedState(process: ProcessEntry, run: Run, end: NonNullable<Run["end"]>): Stated {
  const { order, nextStartAt } = process;
  if (isDone(order, run, end)) {
    if (end.kind === "lost") return { state: "Failed", reason: "Lost", message: end.message };
    if (end.kind !== "exited" || end.exitCode === 0) return { state: "Exited" };
    return { state: "Exited", ...(startFault(end.exitCode) ?? { reason: "ExitCode", message: describeEnd(end) }) };
  }
  if (process.halted) return { state: "Exited", reason: "Stopped", message: run.stopReason ?? describeEnd(end) };
  const waiting = nextStartAt === undefined ? {} : { nextStartAt: time(nextStartAt) };
  if (end.kind === "lost") return { state: "Lost", reason: "Lost", message: end.message, ...waiting };
  if (end.kind === "refused") return { state: "Pending", reason: end.reason, message: end.message, ...waiting };
  return { state: "Pending", ...crashReason(run, end), ...waiting };
}

function crashReason(run: Run, end: NonNullable<Run["end"]>): Pick<Stated, "reason" | "message"> {
  if (run.stopReason !== undefined) return { reason: "Restarting", message: run.stopReason };
  const fault = end.kind === "exited" ? startFault(end.exitCode) : undefined;
  return fault ?? { reason: "Restarting", message: describeEnd(end) };
}

function endOf(process: ProcessEntry, run: Run | undefined): Partial<ProcessReport> {
  const end = run?.end;
  if (run === undefined || end === undefined || end.kind === "void") return {};
  const finished = { startedAt: time(run.begunAt), finishedAt: time(end.at) };
  if (end.kind === "refused") return { finishedAt: time(end.at) };
  const output = end.output === undefined || process.halted ? {} : { output: end.output };
  if (end.kind === "lost") return { ...finished, ...output };
  const signal = end.exitCode > 128 ? signalOf(end.exitCode - 128) : undefined;
  return { ...finished, ...output, exitCode: end.exitCode, ...(signal !== undefined && { signal }) };
}

/** The shell that waits for a process tells a signal as 128 and its number. */
const signals: Readonly<Record<number, string>> = {
  1: "SIGHUP",
  2: "SIGINT",
  3: "SIGQUIT",
  4: "SIGILL",
  6: "SIGABRT",
  7: "SIGBUS",
  8: "SIGFPE",
  9: "SIGKILL",
  11: "SIGSEGV",
  13: "SIGPIPE",
  14: "SIGALRM",
  15: "SIGTERM",
  24: "SIGXCPU",
  25: "SIGXFSZ",
  31: "SIGSYS",
};

function signalOf(number: number): string | undefined {
  return signals[number];
}

function time(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
