import type {
  ClaimObservation,
  CleanOutcome,
  Health,
  InstallOutcome,
  Rejection,
  Renewal,
  StopObservation,
  TaskObservation,
  TidyObservation,
} from "../plan-input.ts";

/** What this life of the agent knows of one claim; all of it can be found out anew. */
export class ClaimFacts {
  readonly stops = new Map<string, StopObservation>();
  readonly health = new Map<string, Health>();
  readonly installs = new Map<string, TaskObservation<InstallOutcome>>();
  readonly discards = new Map<string, TaskObservation<undefined>>();
  readonly ports = new Map<string, Readonly<Record<string, number>>>();
  readonly rejections = new Map<string, Rejection>();
  readonly renewals = new Map<string, Renewal>();
  readonly tidies = new Map<string, TidyObservation>();
  /** Directories of packages that are being unpacked and installed at this moment. */
  readonly installing = new Set<string>();
  cleaning: TaskObservation<CleanOutcome> | undefined;
  /** Grows when what the facts were about has gone: what was begun before that tells nothing of what comes after. */
  #life = 0;

  get life(): number {
    return this.#life;
  }

  /** The claim's directory is gone, and with it what all facts but the cleaning itself are about. */
  clear(): void {
    const { stops, health, installs, discards, ports, rejections, renewals, tidies } = this;
    for (const facts of [stops, health, installs, discards, ports, rejections, renewals, tidies]) facts.clear();
    this.#life++;
  }

  /** A task is under way. */
  get isBusy(): boolean {
    const tasks = [...this.installs.values(), ...this.discards.values(), ...(this.cleaning ? [this.cleaning] : [])];
    return tasks.some(({ state }) => state === "busy");
  }

  /** As input of a plan. */
  observe(seen: Pick<ClaimObservation, "boot" | "runs" | "blobs" | "lease">): ClaimObservation {
    const { stops, health, installs, discards, ports, rejections, renewals, tidies, cleaning } = this;
    const facts = { stops, health, installs, discards, ports, rejections, renewals, tidies };
    return { ...seen, ...facts, ...(cleaning && { cleaning }) };
  }
}
