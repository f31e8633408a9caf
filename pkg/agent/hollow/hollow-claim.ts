import type { ClaimOrder, ClaimReport } from "../../protocol/index.ts";
import { ClaimFacts } from "../claim/facts.ts";
import { type ClaimEntry, runName } from "../ledger/entry.ts";
import { planClaim } from "../plan.ts";
import type { Action } from "../plan-input.ts";
import { acknowledgeReceipt, isOrphan, receiveOrder } from "../plan-order.ts";
import { neededBlobs } from "../plan-software.ts";
import { claimReport } from "../report/claim-report.ts";
import { behaviourOf, type HollowTimes } from "./behaviour.ts";
import type { PretendedLog } from "./pretended-log.ts";
import { PretendedRuns, type PretendedRunsOptions } from "./pretended-runs.ts";

export interface HollowClaimOptions extends Omit<PretendedRunsOptions, "changed"> {
  readonly random: () => number;
  readonly times: HollowTimes;
  readonly boot: () => string;
  /** Digests of packages that are here; undefined: every one is when it is asked for. */
  readonly here: () => ReadonlySet<string> | undefined;
  /** What is reported of the claim may have changed. */
  readonly changed: () => void;
}

/** A claim whose plan is the agent's own, and whose deeds are pretended. It forgets nothing, as with a ledger. */
export class HollowClaim {
  readonly #uid: string;
  readonly #options: HollowClaimOptions;
  readonly #facts = new ClaimFacts();
  readonly #runs: PretendedRuns;
  #entry: ClaimEntry | undefined;
  #orphan = true;
  #isPlanned = false;
  #isClosed = false;
  #isWell = true;
  #cancelTimer: (() => void) | undefined;

  constructor(uid: string, options: HollowClaimOptions) {
    this.#uid = uid;
    this.#options = options;
    this.#runs = new PretendedRuns({ ...options, changed: () => this.#wake() });
  }

  get isForgotten(): boolean {
    return this.#entry === undefined;
  }

  accept(order: ClaimOrder | undefined): void {
    this.#entry = receiveOrder(this.#entry, order);
    this.#orphan = this.#entry === undefined || isOrphan(this.#entry, order);
    this.#wake();
  }

  acknowledge(): void {
    this.#entry = this.#entry && acknowledgeReceipt(this.#entry, this.#orphan);
    this.#wake();
  }

  report(): ClaimReport | undefined {
    const entry = this.#entry;
    if (entry === undefined || entry.acknowledged) return undefined;
    return claimReport({
      entry,
      facts: this.#facts,
      orphan: this.#orphan,
      runs: this.#runs.observe(),
      workingDirectory: `/hollow/${this.#uid}`,
      barriers: () => [],
      monitors: [],
      isLeaseMissing: this.#entry?.order?.fencing !== undefined,
      transfer: () => undefined,
    });
  }

  /** What a process prints while it runs; undefined where it does not. */
  log(process: string): PretendedLog | undefined {
    const run = this.#entry?.processes[process]?.run;
    const printed = this.#runs.printed(process);
    return run && printed && { run: runName(run), ...printed };
  }

  /** Digests of all packages that it has to do with. */
  get packages(): readonly string[] {
    return this.#entry?.order.software.flatMap(({ digest }) => digest ?? []) ?? [];
  }

  /** Of those that are not here, those that it waits for. */
  needs(here: ReadonlySet<string>): readonly string[] {
    return this.#entry === undefined ? [] : neededBlobs(this.#entry, here);
  }

  /** Some have come, or have gone. */
  packagesChanged(): void {
    if (this.packages.length > 0) this.#wake();
  }

  /** The machine was switched off and on. */
  loseRuns(): void {
    this.#runs.loseAll();
  }

  setWell(isWell: boolean): void {
    if (isWell === this.#isWell) return;
    this.#isWell = isWell;
    this.#wake();
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelTimer?.();
    this.#runs.close();
  }

  #wake(): void {
    if (this.#isPlanned || this.#isClosed) return;
    this.#isPlanned = true;
    setImmediate(() => {
      this.#isPlanned = false;
      if (!this.#isClosed) this.#step();
    });
  }

  #step(): void {
    this.#cancelTimer?.();
    const before = this.#entry;
    if (before !== undefined) {
      this.#noteHealth(before);
      const { clock, random } = this.#options;
      const { entry, actions, recheckAt } = planClaim({
        entry: before,
        observation: this.#facts.observe({
          boot: this.#options.boot(),
          runs: this.#runs.observe(),
          blobs: this.#options.here() ?? new Set(this.packages),
          // What is pretended holds no leases: fenced processes wait.
          lease: { state: "over" },
        }),
        now: clock.now(),
        jitter: random(),
      });
      this.#entry = entry;
      for (const action of actions) this.#perform(action, entry);
      if (entry !== before) this.#wake();
      if (recheckAt !== undefined) this.#cancelTimer = clock.setTimer(recheckAt - clock.now(), () => this.#wake());
    }
    this.#options.changed();
  }

  #noteHealth(entry: ClaimEntry): void {
    for (const [process, { run }] of Object.entries(entry.processes)) {
      if (run === undefined || run.end !== undefined || !this.#runs.isReady(process)) continue;
      const known = this.#facts.health.get(process);
      if (known?.number === run.number && known.ready === this.#isWell) continue;
      this.#facts.health.set(process, { number: run.number, started: true, ready: this.#isWell, alive: true });
    }
  }

  #perform(action: Action, entry: ClaimEntry | undefined): void {
    switch (action.kind) {
      case "start":
        this.#start(action.process, action.number, entry);
        break;
      case "stop":
        this.#stop(action.process, action.number);
        break;
      case "forgetItem":
        this.#runs.forget(action.process);
        break;
      case "choosePorts":
        this.#choosePorts(action.process, entry);
        break;
      case "install":
        this.#install(action.directory, action.attempt);
        break;
      case "discard":
        this.#facts.discards.set(action.directory, { state: "done", attempt: action.attempt, outcome: undefined });
        this.#wake();
        break;
      case "tidy":
        this.#tidy(action.process, action.key);
        break;
      case "clean":
        this.#clean(action.attempt);
        break;
    }
  }

  #start(process: string, number: number, entry: ClaimEntry | undefined): void {
    const argv = entry?.processes[process]?.order.argv ?? [];
    this.#runs.start(process, number, behaviourOf(argv, this.#options.times));
  }

  #stop(process: string, number: number): void {
    const { clock, times } = this.#options;
    this.#facts.stops.set(process, { number, state: "stopping" });
    this.#runs.stop(process, number);
    clock.setTimer(times.stopMs, () => {
      this.#facts.stops.set(process, { number, state: "stopped" });
      this.#wake();
    });
  }

  #choosePorts(process: string, entry: ClaimEntry | undefined): void {
    const ordered = entry?.order.processes.find(({ uid }) => uid === process)?.ports ?? [];
    const chosen = ordered.map(({ name, port }): [string, number] => [
      name,
      port === 0 ? this.#options.nextPid() : port,
    ]);
    this.#facts.ports.set(process, Object.fromEntries(chosen));
    this.#wake();
  }

  #install(directory: string, attempt: number): void {
    this.#facts.installs.set(directory, { state: "busy", attempt, step: "Installing" });
    this.#options.clock.setTimer(this.#options.times.installMs, () => {
      this.#facts.installs.set(directory, { state: "done", attempt, outcome: { ok: true } });
      this.#wake();
    });
  }

  #tidy(process: string, key: string): void {
    const at = new Date(this.#options.clock.now()).toISOString();
    this.#facts.tidies.set(process, { key, state: "done", report: { key, at, stopped: 0, removed: 0 } });
    this.#wake();
  }

  #clean(attempt: number): void {
    const at = new Date(this.#options.clock.now()).toISOString();
    this.#facts.clear();
    this.#runs.close();
    const outcome = { at, removed: [], kept: [], failures: [], complete: true };
    this.#facts.cleaning = { state: "done", attempt, outcome };
    this.#wake();
  }
}
