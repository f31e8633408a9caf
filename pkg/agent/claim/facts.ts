import type {
  ClaimObservation,
  CleanOutcome,
  Health,
  InstallOutcome,
  Rejection,
  RunObservation,
  StopObservation,
  TaskObservation,
} from "../plan-input.ts";

/** What this life of the agent knows of one claim; all of it can be found out anew. */
export class ClaimFacts {
  readonly stops = new Map<string, StopObservation>();
  readonly health = new Map<string, Health>();
  readonly installs = new Map<string, TaskObservation<InstallOutcome>>();
  readonly discards = new Map<string, TaskObservation<undefined>>();
  readonly ports = new Map<string, Readonly<Record<string, number>>>();
  readonly rejections = new Map<string, Rejection>();
  cleaning: TaskObservation<CleanOutcome> | undefined;

  /** The claim's directory is gone, and with it what all facts but the cleaning itself are about. */
  clear(): void {
    for (const facts of [this.stops, this.health, this.installs, this.discards, this.ports, this.rejections])
      facts.clear();
  }

  /** As input of a plan. */
  observe(boot: string, runs: ReadonlyMap<string, RunObservation>, blobs: ReadonlySet<string>): ClaimObservation {
    const { stops, health, installs, discards, ports, rejections, cleaning } = this;
    return { boot, runs, blobs, stops, health, installs, discards, ports, rejections, ...(cleaning && { cleaning }) };
  }
}
