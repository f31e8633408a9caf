import type { Clock } from "../../clock/index.ts";
import type { RunEnd } from "../ledger/entry.ts";
import type { RunObservation } from "../plan-input.ts";
import type { RunBehaviour } from "./behaviour.ts";

/** A shell tells a signal as 128 and its number: SIGTERM. */
const terminated = 143;

interface Pretended {
  seen: RunObservation;
  readonly behaviour: RunBehaviour;
  isReady: boolean;
  readonly timers: (() => void)[];
}

export interface PretendedRunsOptions {
  readonly clock: Clock;
  /** A number for the next process. */
  readonly nextPid: () => number;
  /** Something about a run has changed. */
  readonly changed: () => void;
}

/** Processes of one claim that are nothing but timers. */
export class PretendedRuns {
  readonly #options: PretendedRunsOptions;
  /** By uid of the Process: its last run. */
  readonly #runs = new Map<string, Pretended>();

  constructor(options: PretendedRunsOptions) {
    this.#options = options;
  }

  observe(): ReadonlyMap<string, RunObservation> {
    return new Map([...this.#runs].map(([process, { seen }]) => [process, seen]));
  }

  /** Undefined where it has not begun. */
  printed(process: string): { readonly startedAt: number; readonly printMs: number; isEnded(): boolean } | undefined {
    const run = this.#runs.get(process);
    if (run?.seen.state !== "running") return undefined;
    const { startedAt } = run.seen;
    return {
      ...{ startedAt, printMs: run.behaviour.printMs },
      isEnded: () => run.seen.state === "ended" || this.#runs.get(process) !== run,
    };
  }

  isReady(process: string): boolean {
    return this.#runs.get(process)?.isReady ?? false;
  }

  start(process: string, number: number, behaviour: RunBehaviour): void {
    this.#drop(process);
    const run: Pretended = { seen: { number, state: "spawning" }, behaviour, isReady: false, timers: [] };
    this.#runs.set(process, run);
    this.#after(run, behaviour.startMs, () => this.#begin(run));
  }

  /** Resolves nothing: the end is observed. */
  stop(process: string, number: number): void {
    const run = this.#runs.get(process);
    if (run === undefined || run.seen.number !== number) return;
    this.#after(run, run.behaviour.stopMs, () => this.#end(run, { kind: "exited", exitCode: terminated }));
  }

  forget(process: string): void {
    this.#drop(process);
  }

  /** The machine has lost its power: whatever ran is gone. */
  loseAll(): void {
    for (const run of this.#runs.values()) this.#end(run, { kind: "lost", message: "the machine was restarted" });
  }

  close(): void {
    for (const process of [...this.#runs.keys()]) this.#drop(process);
  }

  #begin(run: Pretended): void {
    const { clock, nextPid } = this.#options;
    const { number } = run.seen;
    run.seen = { number, state: "running", pid: nextPid(), startedAt: clock.now(), limitsPartial: false };
    const { readyMs, runMs, exitCode } = run.behaviour;
    this.#after(run, readyMs, () => {
      run.isReady = true;
    });
    if (runMs !== undefined) this.#after(run, runMs, () => this.#end(run, { kind: "exited", exitCode }));
  }

  #end(run: Pretended, end: EndWithoutTime): void {
    if (run.seen.state === "ended") return;
    for (const cancel of run.timers.splice(0)) cancel();
    run.isReady = false;
    run.seen = { number: run.seen.number, state: "ended", end: { ...end, at: this.#options.clock.now() } };
    this.#options.changed();
  }

  #after(run: Pretended, delayMs: number, action: () => void): void {
    run.timers.push(
      this.#options.clock.setTimer(delayMs, () => {
        action();
        this.#options.changed();
      }),
    );
  }

  #drop(process: string): void {
    for (const cancel of this.#runs.get(process)?.timers ?? []) cancel();
    this.#runs.delete(process);
  }
}

type EndWithoutTime = Omit<Extract<RunEnd, { kind: "exited" }>, "at"> | Omit<Extract<RunEnd, { kind: "lost" }>, "at">;
