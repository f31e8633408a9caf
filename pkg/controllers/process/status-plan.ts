import { type Claim, findCondition, isTrue, type Process, type ProcessStatus } from "../../api/index.ts";
import { type ConditionRow, conditionsWith, orderedMessage, pendingRows } from "../../controller/index.ts";
import type { ProcessReport } from "../../protocol/index.ts";
import type { ProcessFault } from "../../values/index.ts";

/** What its machine says of a process. unknown: the machine does not answer, and nothing follows from that. */
export type MachineView =
  | { readonly kind: "unbound"; readonly message: string }
  /** Its claim is being released, or has gone: it will not run again. */
  | { readonly kind: "released"; readonly message: string }
  /** Nothing can be said yet: the server has just started, or the machine has missed a few beats. */
  | { readonly kind: "unsettled"; readonly message: string; readonly recheckAfterMs?: number }
  | { readonly kind: "unknown"; readonly message: string }
  | { readonly kind: "known"; readonly report?: ProcessReport };

/** Whether a process gave its metrics when it was asked last. */
export interface ScrapeOutcome {
  readonly ok: boolean;
  readonly message: string;
}

/** What has to be put right before a process can start: in itself, or in how much its namespace may have. */
export type StartFault = ProcessFault | { readonly reason: "QuotaExceeded"; readonly message: string };

export interface ProcessObservation {
  readonly process: Process;
  /** The claim under which it runs now. */
  readonly claim?: Claim;
  readonly machine: MachineView;
  /** Absent: it was not asked. */
  readonly scraped?: ScrapeOutcome;
  /** Why its machine is not told to start it. */
  readonly fault?: StartFault;
  readonly nowText: string;
}

/** The status that follows from what is observed; total, and the same for the same input. */
export function planStatus(observation: ProcessObservation): ProcessStatus {
  const { process, nowText } = observation;
  const { fields, rows } = cameLate(process, summarize(observation));
  return {
    ...fields,
    ...keptResults(process),
    ...(process.metadata.generation !== undefined && { observedGeneration: process.metadata.generation }),
    conditions: conditionsWith(process, rows, nowText),
  };
}

/** Written by whoever fetches them. */
function keptResults({ status }: Process): Pick<ProcessStatus, "collected" | "results"> {
  return {
    ...(status?.collected !== undefined && { collected: status.collected }),
    ...(status?.results !== undefined && { results: status.results }),
  };
}

interface Summary {
  readonly fields: ProcessStatus;
  readonly rows: readonly ConditionRow[];
}

const ends: ReadonlySet<string | undefined> = new Set(["Exited", "Failed", "Lost"]);

/** A member that its phase's barrier does not let in any more has failed, once nothing of it runs. */
function cameLate({ spec }: Process, summary: Summary): Summary {
  if (!spec.late || !ends.has(summary.fields.state)) return summary;
  const reason = "LateForBarrier";
  const message = `came after the barrier of phase ${spec.phase ?? ""} was released, which lets nobody in late`;
  return {
    fields: { ...summary.fields, state: "Failed", reason, message },
    rows: [
      ["Ready", "False", reason, message],
      ["Reconciling", "False", "Settled", ""],
      ["Stalled", "True", reason, message],
    ],
  };
}

function summarize(observation: ProcessObservation): Summary {
  const { process, machine, fault } = observation;
  switch (machine.kind) {
    case "unbound":
      return pending(observation, fault?.message ?? machine.message);
    case "released":
      return released(observation, machine.message);
    case "unsettled":
      return isThisRun(observation) ? { fields: kept(process), rows: [] } : pending(observation, machine.message);
    case "unknown": {
      // Unknown is not absent: the last word stands, and Ready says that it may be out of date.
      if (!isThisRun(observation)) return pending(observation, machine.message);
      return { fields: kept(process), rows: [["Ready", "Unknown", "HostLost", machine.message]] };
    }
    case "known":
      return machine.report === undefined
        ? pending(observation, fault?.message ?? orderedMessage)
        : reported(observation, machine.report);
  }
}

function isThisRun({ process: { status }, claim }: ProcessObservation): boolean {
  return status?.state !== undefined && status.epoch === claim?.spec.epoch;
}

/** How it ended stays told; one that had not ended is over now. */
function released(observation: ProcessObservation, message: string): Summary {
  const { process } = observation;
  const { state } = process.status ?? {};
  if (state === undefined) return pending(observation, message);
  if (state === "Exited" || state === "Failed") return { fields: kept(process), rows: [] };
  const { pid: _pid, nextStartAt: _nextStartAt, ...fields } = kept(process);
  return {
    fields: { ...fields, state: "Exited", message },
    rows: [
      ["Ready", "False", "Stopped", message],
      ["Reconciling", "False", "Settled", ""],
      ["Stalled", "False", "NotStalled", ""],
    ],
  };
}

/** All of a status but what the plan writes anew. */
function kept({ status }: Process): ProcessStatus {
  const { conditions: _conditions, observedGeneration: _generation, ...fields } = status ?? {};
  return fields;
}

function pending({ claim, fault, process }: ProcessObservation, message: string): Summary {
  if (process.spec.suspend) {
    return {
      fields: { state: "Exited", message: "stopped", ...placeOf(claim) },
      rows: [
        ["Ready", "False", "Stopped", "stopped on request"],
        ["Reconciling", "False", "Settled", ""],
        ["Stalled", "False", "NotStalled", ""],
      ],
    };
  }
  return {
    fields: { state: "Pending", message, ...placeOf(claim) },
    rows: pendingRows(message, fault),
  };
}

/** No epoch and no revision: nothing has been reported of a run yet. */
function placeOf(claim: Claim | undefined): Pick<ProcessStatus, "resourceName"> {
  return claim?.spec.resourceName === undefined ? {} : { resourceName: claim.spec.resourceName };
}

function reported({ claim, fault, process, scraped }: ProcessObservation, report: ProcessReport): Summary {
  const { state, pid, exitCode, signal, restarts, reason, message, output, startedAt, finishedAt, nextStartAt } =
    report;
  const fields: ProcessStatus = {
    state,
    restarts,
    epoch: report.epoch,
    revision: report.revision,
    ...placeOf(claim),
    ...(pid !== undefined && { pid }),
    ...(exitCode !== undefined && { exitCode }),
    ...(signal !== undefined && { signal }),
    ...(reason !== undefined && { reason }),
    ...(message !== undefined && { message }),
    ...(output !== undefined && { output }),
    ...(startedAt !== undefined && { startedAt }),
    ...(finishedAt !== undefined && { finishedAt }),
    ...(nextStartAt !== undefined && { nextStartAt }),
    ...(Object.keys(report.ports).length > 0 && { ports: report.ports }),
    ...(report.barriers !== undefined && { barriers: report.barriers }),
    ...(report.tidied !== undefined && { tidied: report.tidied }),
  };
  const asides = [...currency(process, fault), ...limits(process, report), ...metrics(scraped)];
  return { fields, rows: [...readiness(report, process.spec.suspend), stalled(report), ...asides] };
}

function metrics(scraped: ScrapeOutcome | undefined): ConditionRow[] {
  if (scraped === undefined) return [];
  const { ok, message } = scraped;
  return [ok ? ["MetricsAvailable", "True", "Scraped", ""] : ["MetricsAvailable", "False", "ScrapeFailed", message]];
}

/** What it was started with still holds; that it could not be started with what there is now is told beside. */
function currency({ status }: Process, fault: StartFault | undefined): ConditionRow[] {
  if (fault !== undefined)
    return [["ValuesCurrent", "False", fault.reason, `goes on with what it was given; ${fault.message}`]];
  return findCondition(status?.conditions, "ValuesCurrent") === undefined
    ? []
    : [["ValuesCurrent", "True", "Current", ""]];
}

/** Why it ended or does not start, with the last that it printed. */
function story({ state, exitCode, signal, message, output, restarts }: ProcessReport): string {
  const end = exitCode !== undefined ? `exited with ${exitCode}` : signal !== undefined ? `ended by ${signal}` : state;
  const times = restarts > 0 ? `, restarted ${restarts} times` : "";
  const last = output === undefined || output.trim() === "" ? "" : `; last output: ${output.trim()}`;
  return `${message ?? end}${times}${last}`;
}

const settled: ConditionRow = ["Reconciling", "False", "Settled", ""];

function readiness(report: ProcessReport, suspend: boolean): readonly ConditionRow[] {
  switch (report.state) {
    case "Ready":
      return [["Ready", "True", "Ready", ""], settled];
    case "Exited":
      return [exited(report, suspend), settled];
    case "Failed":
    case "Lost":
      return [["Ready", "False", report.state, story(report)], settled];
    case "Stopping":
      return underway("Stopping", "");
    case "Running":
      return underway("Starting", report.message ?? "runs, and is not ready yet", report.reason === "NotReady");
    case "Pending":
    case "Starting":
      return report.restarts > 0 ? underway("Restarting", story(report)) : underway(report.state, report.message ?? "");
  }
}

function exited(report: ProcessReport, suspend: boolean): ConditionRow {
  if (suspend) return ["Ready", "False", "Stopped", "stopped on request"];
  return report.exitCode === 0
    ? ["Ready", "True", "Exited", "exited with 0"]
    : ["Ready", "False", "Failed", story(report)];
}

function underway(reason: string, message: string, probeFails = false): readonly ConditionRow[] {
  return [
    ["Ready", "False", probeFails ? "ProbeFailed" : reason, message],
    ["Reconciling", "True", reason, message],
  ];
}

/** Reasons of agents for not starting at all, as conditions call them. */
const startFaults: Readonly<Record<string, string>> = {
  CommandNotFound: "CommandNotFound",
  CommandNotExecutable: "CommandNotFound",
  SecretInArguments: "SecretInArguments",
  ArgumentTooLong: "ArgumentTooLong",
};

/** So many restarts without a good run, and a person should look. */
const manyRestarts = 3;

function stalled(report: ProcessReport): ConditionRow {
  const { state, restarts, reason = "" } = report;
  const fault = startFaults[reason];
  if (fault !== undefined && state !== "Ready" && state !== "Running") return ["Stalled", "True", fault, story(report)];
  if (state === "Failed") return ["Stalled", "True", restarts > 0 ? "CrashLoop" : "Failed", story(report)];
  if (restarts >= manyRestarts && (state === "Pending" || state === "Starting")) {
    return ["Stalled", "True", "CrashLoop", story(report)];
  }
  return ["Stalled", "False", "NotStalled", ""];
}

function limits({ spec, status }: Process, report: ProcessReport): ConditionRow[] {
  const asked = spec.limits.cpu !== undefined || spec.limits.memory !== undefined;
  if (report.limitsPartial === true) {
    return [
      [
        "LimitsPartial",
        "True",
        "NoControlGroups",
        "the machine gives the agent no control groups: limits are not held",
      ],
    ];
  }
  return asked || isTrue(status?.conditions, "LimitsPartial") ? [["LimitsPartial", "False", "LimitsHeld", ""]] : [];
}
