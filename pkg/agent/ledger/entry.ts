import type { ClaimOrder, ProcessOrder, Receipt, SoftwareOrder, TidyReport } from "../../protocol/index.ts";

/**
 * What the agent knows durably of one claim. The plan makes the next entry of the last; it is on disk before any
 * action that follows from it is taken. Times are wall-clock milliseconds.
 */
export interface ClaimEntry {
  readonly uid: string;
  readonly epoch: number;
  /** The latest order accepted for this epoch; it stands while no document names the claim. */
  readonly order: ClaimOrder;
  /** An order of a later epoch: what is here goes first, then it starts in a fresh directory. */
  readonly successor?: ClaimOrder;
  /** uid of the claim whose directory this one took over; a link there leads here. */
  readonly takenOver?: string;
  readonly software: readonly SoftwareEntry[];
  /** By uid of the Process. */
  readonly processes: Readonly<Record<string, ProcessEntry>>;
  /** Ports chosen by the agent, by uid of the Process, then by the port's name; kept for the claim's life. */
  readonly ports: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly removal?: Removal;
  /** Of this epoch: the claim is gone from the machine. Of an earlier one: not acknowledged yet. */
  readonly receipt?: Receipt;
  /** The receipt was acknowledged; the entry stays only until no document orders the removal again. */
  readonly acknowledged?: true;
}

/** Begun removals are never taken back. */
export interface Removal {
  /** Names of the processes that ran when it began. */
  readonly stopped: readonly string[];
  readonly attempts: number;
  readonly nextAttemptAt?: number;
}

/** One version of one package in one claim. */
export interface SoftwareEntry {
  readonly name: string;
  /** Everything that decides what is installed; another fingerprint is another installation. */
  readonly fingerprint: string;
  /** Name of its directory below the claim's software directory. */
  readonly directory: string;
  readonly order: SoftwareOrder;
  readonly state: "Pending" | "Installed" | "Failed";
  /** Finished attempts. */
  readonly attempts: number;
  readonly nextAttemptAt?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly output?: string;
  /**
   * Boot under which it was installed, until the kernel has surely written it: another boot before that means that its
   * files may be empty, and it is installed anew.
   */
  readonly unsettled?: { readonly boot: string; readonly since: number };
  /** Since when no order names it. It goes once no process that began before runs. */
  readonly supersededAt?: number;
}

export interface ProcessEntry {
  /** What its run runs; the latest order where it does not run. */
  readonly order: ProcessOrder;
  /** The last run that was begun; without `end` it must be assumed to run. */
  readonly run?: Run;
  /** Number of the last run, counted over revisions. */
  readonly runs: number;
  /** Restarts of this revision. */
  readonly restarts: number;
  /** Restarts since the last good run; decides the backoff. */
  readonly streak: number;
  /** When restarts were ordered, for maxRestarts within withinMs. */
  readonly restartTimes: readonly number[];
  readonly nextStartAt?: number;
  /** Given up. */
  readonly failure?: Failure;
  /** Stopped by order: when it is wanted again it starts as if for the first time. */
  readonly halted?: true;
  /** What was cleared away last. */
  readonly tidied?: TidyReport;
}

export interface Run {
  readonly number: number;
  readonly revision: string;
  readonly epoch: number;
  /** Boot identity of the host: under another one nothing of this run can be alive. */
  readonly boot: string;
  readonly begunAt: number;
  readonly end?: RunEnd;
  /** Why the agent stopped it, where it did. */
  readonly stopReason?: string;
  /** It was stopped to begin anew, because its files or peers have changed. */
  readonly renewed?: true;
  /** Its shim ends it when the claim's lease runs out. */
  readonly leased?: true;
  /** Its startup probe has succeeded. */
  readonly wasStarted?: true;
  /** It has been ready once: after a restart of the agent it counts as ready until its probe says otherwise. */
  readonly wasReady?: true;
  /** Nothing that descends from this run is left. */
  readonly swept?: true;
}

/** void: the program was never executed. lost: it ended unseen. refused: it could not be started. */
export type RunEnd =
  | { readonly kind: "exited"; readonly at: number; readonly exitCode: number; readonly output?: string }
  | { readonly kind: "lost"; readonly at: number; readonly message: string; readonly output?: string }
  | { readonly kind: "void"; readonly at: number }
  | {
      readonly kind: "refused";
      readonly at: number;
      readonly reason: string;
      readonly message: string;
      readonly permanent: boolean;
    };

export interface Failure {
  readonly reason: string;
  readonly message: string;
}

/** Tells a run from every other one of its process, over epochs too: the name of its directory. */
export function runName(run: Pick<Run, "epoch" | "number">): string {
  return `${run.epoch}.${run.number}`;
}
