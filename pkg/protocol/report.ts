import type { LeaseRequest } from "./lease.ts";
import type { NetworkReport } from "./network.ts";
import type { PackagesReport } from "./packages.ts";
import type { TreeReport } from "./tree.ts";

/** What an agent observes. The first message on a report stream is `full`; after it what changed, beats, and requests for leases. */
export type AgentMessage = FullReport | ChangeReport | Beat | LeaseRequest;

export interface FullReport {
  readonly type: "full";
  readonly seq: number;
  readonly host: HostReport;
  readonly document: DocumentPosition;
  readonly claims: readonly ClaimReport[];
  /** Packages that are ordered and not in the cache: the server sends them, or says who has them. */
  readonly needs: readonly string[];
  /** Absent while the agent holds no order for it. */
  readonly tree?: TreeReport;
  /** Absent where it exchanges no packages. */
  readonly packages?: PackagesReport;
  /** Absent while the agent holds no order for it. */
  readonly network?: NetworkReport;
}

/** Whole replacements: a claim that is named replaces what was known of it. */
export interface ChangeReport {
  readonly type: "change";
  readonly seq: number;
  readonly host?: HostReport;
  readonly document?: DocumentPosition;
  readonly claims: readonly ClaimReport[];
  /** uids of claims that have left the ledger (their receipts were acknowledged). */
  readonly gone: readonly string[];
  readonly needs?: readonly string[];
  readonly tree?: TreeReport;
  readonly packages?: PackagesReport;
  readonly network?: NetworkReport;
}

export interface Beat {
  readonly type: "beat";
  readonly seq: number;
}

/** The last document accepted; zeros before the first. */
export interface DocumentPosition {
  readonly term: number;
  readonly generation: number;
}

export interface HostReport {
  readonly bootIdentity: string;
  readonly agent: {
    readonly version: string;
    readonly pid: number;
    readonly startedAt: string;
    readonly nodeVersion: string;
  };
  /** Measured and constant facts by their names: "cpu.cores", "memory.total", "disk.free", "load.1m", "os", "arch", "kernel". */
  readonly attributes: Readonly<Record<string, number | string>>;
  /** Whether the agent can give processes users, control groups and so on. */
  readonly root: boolean;
  readonly directory: string;
}

/** Names one run of an agent: what it held in memory alone is known to no other. */
export function agentRun({ agent: { startedAt, pid } }: Pick<HostReport, "agent">): string {
  return `${startedAt} ${pid}`;
}

/** Orphan is true where no order names the claim. */
export type ClaimState = "Installing" | "Configured" | "Failed" | "Stopping" | "Removing" | "Removed";

export interface ClaimReport {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  readonly epoch: number;
  readonly state: ClaimState;
  readonly orphan: boolean;
  readonly workingDirectory: string;
  readonly software: readonly SoftwareReport[];
  readonly processes: readonly ProcessReport[];
  readonly receipt?: Receipt;
  /** Absent where there are none. */
  readonly monitors?: readonly MonitorReport[];
}

export interface MonitorReport {
  readonly name: string;
  /** Unknown: it has not said enough since this agent started. */
  readonly state: "Unknown" | "Passing" | "Failing";
  /** Since when it is Passing or Failing. */
  readonly since?: string;
  /** Why it failed when it began to fail, with the end of its output. */
  readonly message?: string;
}

export interface SoftwareReport {
  readonly name: string;
  readonly digest?: string;
  readonly state: "Pending" | "Fetching" | "Unpacking" | "Installing" | "Installed" | "Failed";
  readonly bytes: number;
  readonly total: number;
  /** CamelCase word for the failure: InstallFailed, DigestMismatch, UnsafeArchive, DiskFull, UnpackFailed, CheckFailed. */
  readonly reason?: string;
  readonly message?: string;
  /** The last lines that the failing command printed. */
  readonly output?: string;
  readonly attempts: number;
}

export type ProcessState = "Pending" | "Starting" | "Running" | "Ready" | "Exited" | "Failed" | "Stopping" | "Lost";

export interface ProcessReport {
  readonly uid: string;
  readonly name: string;
  readonly revision: string;
  readonly epoch: number;
  /**
   * Running becomes Ready with the readiness probe's success, or at once where there is none. Exited: ended and will not
   * be started again (exitCode 0, or Never). Failed: given up. Lost: ended unseen, exit status unknown.
   */
  readonly state: ProcessState;
  readonly pid?: number;
  readonly exitCode?: number;
  readonly signal?: string;
  readonly restarts: number;
  readonly reason?: string;
  readonly message?: string;
  /** Tail of the log when it ended badly, for conditions. */
  readonly output?: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  /** When the next start is due while waiting in backoff. */
  readonly nextStartAt?: string;
  readonly ports: Readonly<Record<string, number>>;
  readonly limitsPartial?: boolean;
  /** Barriers that this run has entered. */
  readonly barriers?: readonly BarrierReport[];
  readonly tidied?: TidyReport;
}

/** What was cleared away after a run. */
export interface TidyReport {
  readonly key: string;
  /** RFC 3339. */
  readonly at: string;
  /** Processes that were left running. */
  readonly stopped: number;
  /** Files. */
  readonly removed: number;
  readonly message?: string;
}

/** Where a run is at one barrier. */
export interface BarrierReport {
  /** Name of the Barrier object. */
  readonly name: string;
  /** Which round it wants to enter, or has passed; absent: whichever is open. */
  readonly round?: number;
  readonly state: "Waiting" | "Passed" | "Left";
  /** When it entered, or left. */
  readonly at: string;
}

/** Given once a claim has been removed. */
export interface Receipt {
  readonly epoch: number;
  readonly at: string;
  readonly stopped: readonly string[];
  readonly removed: readonly string[];
  readonly kept: readonly string[];
  readonly failures: readonly string[];
}
