import type { TidyReport } from "../protocol/index.ts";
import type { ClaimEntry, RunEnd } from "./ledger/entry.ts";
import type { LeaseSight } from "./plan-lease.ts";

/** What the agent sees of a claim. Nothing in it says that something is absent merely because it was not seen. */
export interface ClaimObservation {
  /** Boot identity of the host. */
  readonly boot: string;
  /** By uid of the Process: what is seen of the last run begun. */
  readonly runs: ReadonlyMap<string, RunObservation>;
  /** By uid of the Process: how stopping its last run goes. */
  readonly stops: ReadonlyMap<string, StopObservation>;
  /** By uid of the Process. */
  readonly health: ReadonlyMap<string, Health>;
  /** Digests of the packages that are whole in the cache. */
  readonly blobs: ReadonlySet<string>;
  /** By directory of the software. */
  readonly installs: ReadonlyMap<string, TaskObservation<InstallOutcome>>;
  /** By directory of the software: removal of a superseded one. */
  readonly discards: ReadonlyMap<string, TaskObservation<undefined>>;
  /** By uid of the Process: ports chosen. */
  readonly ports: ReadonlyMap<string, Readonly<Record<string, number>>>;
  /** By uid of the Process: it came too late to a barrier that lets nobody in then, and has failed. */
  readonly rejections: ReadonlyMap<string, Rejection>;
  /** By uid of the Process: what its run was started with has changed, and it is to begin anew. */
  readonly renewals: ReadonlyMap<string, Renewal>;
  /** By uid of the Process: how the clearing away after its run goes. */
  readonly tidies: ReadonlyMap<string, TidyObservation>;
  readonly cleaning?: TaskObservation<CleanOutcome>;
  /** Of the claim at its epoch; looked at only where it is fenced. */
  readonly lease: LeaseSight;
}

export type TidyObservation =
  | { readonly key: string; readonly state: "busy" }
  | { readonly key: string; readonly state: "done"; readonly report: TidyReport };

export interface Renewal {
  /** The run that it is about. */
  readonly number: number;
  readonly why: string;
}

export interface Rejection {
  /** The run that it is about. */
  readonly number: number;
  readonly message: string;
}

export type RunObservation =
  /** unknown: being looked for after a restart of the agent. spawning: the program is not executed yet, but may be any moment. */
  | { readonly number: number; readonly state: "unknown" | "spawning" }
  | {
      readonly number: number;
      readonly state: "running";
      readonly pid: number;
      readonly startedAt: number;
      /** Not all limits hold. */
      readonly limitsPartial: boolean;
    }
  | { readonly number: number; readonly state: "ended"; readonly end: RunEnd };

export interface StopObservation {
  readonly number: number;
  readonly state: "stopping" | "stopped";
}

/** What probes say of the run that is running. Without a probe: true. */
export interface Health {
  readonly number: number;
  readonly started: boolean;
  readonly ready: boolean;
  /** False once the liveness (or startup) probe has failed as often as allowed. */
  readonly alive: boolean;
  readonly reason?: string;
  readonly message?: string;
}

export type TaskObservation<Outcome> =
  | { readonly state: "busy"; readonly attempt: number; readonly step: string }
  | { readonly state: "done"; readonly attempt: number; readonly outcome: Outcome };

export type InstallOutcome =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: string; readonly message: string; readonly output?: string };

export interface CleanOutcome {
  /** RFC 3339. */
  readonly at: string;
  readonly removed: readonly string[];
  readonly kept: readonly string[];
  readonly failures: readonly string[];
  /** False where something is left and has to be tried again. */
  readonly complete: boolean;
}

/** What is to be done; each has one in flight at most, and is safe to repeat. */
export type Action =
  | { readonly kind: "start"; readonly process: string; readonly number: number }
  /** `now`: nothing is waited for before SIGKILL. */
  | {
      readonly kind: "stop";
      readonly process: string;
      readonly number: number;
      readonly why: string;
      readonly now?: true;
    }
  /** The item's result has been told: its records, its log and its directory go. */
  | {
      readonly kind: "forgetItem";
      readonly process: string;
      readonly run: string;
      readonly directory: string;
    }
  | {
      readonly kind: "tidy";
      readonly process: string;
      readonly number: number;
      readonly key: string;
      readonly remove: readonly string[];
    }
  | { readonly kind: "choosePorts"; readonly process: string }
  | { readonly kind: "install"; readonly directory: string; readonly attempt: number }
  | { readonly kind: "discard"; readonly directory: string; readonly attempt: number }
  | { readonly kind: "clean"; readonly attempt: number };

export interface ClaimInput {
  readonly entry: ClaimEntry;
  readonly observation: ClaimObservation;
  /** Wall clock, milliseconds. */
  readonly now: number;
  /** A random number in [0, 1): spreads the backoff. */
  readonly jitter: number;
}

export interface ClaimPlan {
  /** Undefined: the agent forgets the claim. */
  readonly entry: ClaimEntry | undefined;
  readonly actions: readonly Action[];
  /** The earliest instant at which time alone changes the answer. */
  readonly recheckAt?: number;
}
