import type { ChildProcess } from "node:child_process";
import { setMaxListeners } from "node:events";
import { type Clock, sleep } from "../../clock/index.ts";
import { hasCode } from "../error-code.ts";
import type { RunEnd } from "../ledger/entry.ts";
import type { RunObservation } from "../plan-input.ts";
import { LifeWatch } from "./life-watch.ts";
import { type Look, lookAtRun, type Started } from "./look.ts";
import { findByVariable } from "./process-table.ts";
import { declareVoid } from "./run-records.ts";
import { StartRefusal } from "./start-refusal.ts";

/** One run and where its records lie. */
export interface RunPlace {
  /** PROCESSUID/RUN, as the environment variable PLUSH_RUN of all that descends from it has it. */
  readonly marker: string;
  readonly number: number;
  /** uid of the claim to which it belongs. */
  readonly claim: string;
  readonly directory: string;
  /** Boot identity under which it was begun. */
  readonly boot: string;
}

export interface RunMonitorOptions {
  readonly clock: Clock;
  /** Boot identity of the host now. */
  readonly boot: string;
  /** Called once a run has ended, before that is seen: what it printed is to be in its log. */
  readonly settle: (place: RunPlace) => Promise<void>;
  /** The last lines that a run printed. */
  readonly tail: (place: RunPlace) => Promise<string | undefined>;
  /** Called when what is seen of a run has changed. */
  readonly onChange: (place: RunPlace) => void;
}

/** Polling of runs that are neither known to run nor to have ended. */
const unsettledPollMs = 50;
/** Wait before something that cannot be looked at is looked at again. */
const troubleMs = 1000;
/** How long an exit record may come after the process is gone, and a started record after its file was created. */
const graceMs = 2000;

interface Watched {
  readonly place: RunPlace;
  seen: RunObservation;
  started?: Started;
  /** Called once its state is no longer unknown. */
  known?: () => void;
  /** Told how it ends. */
  readonly listeners: Set<(end: RunEnd) => void>;
}

/** Sees how runs go: of shims that it spawned, and of those that an earlier agent left behind. */
export class RunMonitor {
  readonly #options: RunMonitorOptions;
  readonly #runs = new Map<string, Watched>();
  readonly #lives: LifeWatch;
  readonly #closed = new AbortController();

  constructor(options: RunMonitorOptions) {
    this.#options = options;
    this.#lives = new LifeWatch(options.clock);
    setMaxListeners(0, this.#closed.signal);
  }

  observe(marker: string): RunObservation | undefined {
    return this.#runs.get(marker)?.seen;
  }

  /** Calls back once with how a run ends, also where it is forgotten right after. Returns what stops that. */
  onEnd(marker: string, listener: (end: RunEnd) => void): () => void {
    const run = this.#runs.get(marker);
    if (run?.seen.state === "ended") listener(run.seen.end);
    else run?.listeners.add(listener);
    return () => void run?.listeners.delete(listener);
  }

  /** What the run wrote when it was started: present from state running on. */
  started(marker: string): Started | undefined {
    return this.#runs.get(marker)?.started;
  }

  /** Follows a run whose shim `spawn` starts now; `spawn` rejects where it cannot. */
  begin(place: RunPlace, spawn: () => Promise<ChildProcess>): void {
    const run = this.#add(place, "spawning");
    this.#follow(run, () => this.#spawn(run, spawn));
  }

  /** Follows a run that an earlier agent began; resolves when it is known how it goes. */
  adopt(place: RunPlace): Promise<void> {
    const run = this.#add(place, "unknown");
    return new Promise((resolve) => {
      run.known = resolve;
      this.#follow(run, () => this.#watchAdopted(run));
    });
  }

  forget(marker: string): void {
    this.#runs.delete(marker);
  }

  /** Stops looking; what runs goes on. */
  close(): void {
    this.#closed.abort();
    this.#lives.close();
  }

  #add(place: RunPlace, state: "spawning" | "unknown"): Watched {
    const run: Watched = { place, seen: { number: place.number, state }, listeners: new Set() };
    this.#runs.set(place.marker, run);
    return run;
  }

  /** What cannot be looked at (no file can be opened, the disk fails) may well run: it is looked at until it can. */
  #follow(run: Watched, watch: () => Promise<void>): void {
    watch().catch(async () => {
      await this.#sleep(troubleMs).catch(() => undefined);
      if (!this.#closed.signal.aborted) this.#follow(run, () => this.#watchAdopted(run));
    });
  }

  async #spawn(run: Watched, spawn: () => Promise<ChildProcess>): Promise<void> {
    const shim = await spawn().catch((error: unknown) => this.#end(run, refusal(this.#options.clock.now(), error)));
    if (shim !== undefined) await this.#watchOwn(run, shim);
  }

  async #watchOwn(run: Watched, shim: ChildProcess): Promise<void> {
    let isShimAlive = shim.exitCode === null && shim.signalCode === null;
    const gone = new Promise<void>((resolve) => {
      if (!isShimAlive) resolve();
      shim.once("exit", () => {
        isShimAlive = false;
        resolve();
      });
    });
    // The record comes within milliseconds on an idle host; on a crowded one looking often would only crowd it more.
    for (let wait = 3; isShimAlive; wait = Math.min(50, wait * 1.5)) {
      const look = await this.#look(run);
      if (look.kind !== "absent" && look.kind !== "partial") {
        this.#note(run, look);
        break;
      }
      await this.#sleep(wait);
    }
    await gone;
    const look = await this.#look(run);
    if (look.kind === "absent" && (await declareVoid(run.place.directory))) {
      return this.#end(run, refused(this.#options.clock.now(), "the process's parent ended before it started it"));
    }
    if (look.kind === "vanished") return this.#end(run, await this.#lost(run, "its parent process was killed"));
    if (!(await this.#conclude(run, look))) await this.#watchAdopted(run);
  }

  async #watchAdopted(run: Watched): Promise<void> {
    const { clock } = this.#options;
    let strangeSince: number | undefined;
    for (;;) {
      const look = await this.#look(run);
      if (await this.#conclude(run, look)) return;
      const isStrange = look.kind === "partial" || look.kind === "vanished";
      if (isStrange) strangeSince ??= clock.monotonic();
      const isTooLong = strangeSince !== undefined && clock.monotonic() - strangeSince > graceMs;
      if (isStrange && isTooLong && (await this.#giveUp(run, look))) return;
      await this.#untilNextLook(run, look);
    }
  }

  async #untilNextLook(run: Watched, look: Look): Promise<void> {
    if (look.kind === "running") return this.#lives.end(look.started.pid, look.started.startTime);
    // A shim that is there will write its record in a moment. The record is what decides, whoever writes it.
    const isDecided = look.kind === "absent" && !this.#hasDescendants(run) && (await declareVoid(run.place.directory));
    if (!isDecided) await this.#sleep(unsettledPollMs);
  }

  /** The record never came. Returns whether the run is over. */
  async #giveUp(run: Watched, look: Look): Promise<boolean> {
    if (look.kind === "vanished") {
      this.#end(run, await this.#lost(run, "it ended unseen"));
      return true;
    }
    // The program is executed only after the record is whole, by a shim that bears the marker.
    if (this.#hasDescendants(run)) return false;
    this.#end(run, { kind: "void", at: this.#options.clock.now() });
    return true;
  }

  #hasDescendants(run: Watched): boolean {
    return findByVariable("PLUSH_RUN", `${run.place.marker}\0`, { shims: true }).length > 0;
  }

  /** Takes note of a look; returns whether the run is over. */
  async #conclude(run: Watched, look: Look): Promise<boolean> {
    const now = this.#options.clock.now();
    switch (look.kind) {
      case "void":
        this.#end(run, { kind: "void", at: now });
        return true;
      case "failed":
        this.#end(run, refused(look.exit.at, "the process's parent could not start it"));
        return true;
      case "rebooted":
        this.#end(run, await this.#lost(run, "the host was restarted"));
        return true;
      case "exited": {
        await this.#options.settle(run.place);
        const output = look.exit.exitCode === 0 ? undefined : await this.#options.tail(run.place);
        this.#end(run, { kind: "exited", ...look.exit, ...(output !== undefined && { output }) });
        return true;
      }
      default:
        this.#note(run, look);
        return false;
    }
  }

  async #lost(run: Watched, message: string): Promise<RunEnd> {
    await this.#options.settle(run.place);
    const output = await this.#options.tail(run.place);
    return { kind: "lost", at: this.#options.clock.now(), message, ...(output !== undefined && { output }) };
  }

  #note(run: Watched, look: Look): void {
    if (look.kind !== "running" || run.seen.state === "running") return;
    run.started = look.started;
    const { pid, at, partial } = look.started;
    this.#change(run, { number: run.place.number, state: "running", pid, startedAt: at, limitsPartial: partial });
  }

  #end(run: Watched, end: RunEnd): void {
    if (run.seen.state === "ended") return;
    this.#change(run, { number: run.place.number, state: "ended", end });
    for (const listener of run.listeners) listener(end);
  }

  #change(run: Watched, seen: RunObservation): void {
    run.seen = seen;
    run.known?.();
    if (this.#runs.get(run.place.marker) === run && !this.#closed.signal.aborted) this.#options.onChange(run.place);
  }

  #look(run: Watched): Promise<Look> {
    return lookAtRun(run.place.directory, this.#options.boot, run.place.boot);
  }

  #sleep(delayMs: number): Promise<void> {
    return sleep(this.#options.clock, delayMs, this.#closed.signal);
  }
}

function refusal(at: number, error: unknown): RunEnd {
  if (hasCode(error, "E2BIG")) {
    const message = "arguments and environment together are longer than this machine's limit (getconf ARG_MAX)";
    return { kind: "refused", at, reason: "ArgumentTooLong", message, permanent: true };
  }
  if (!(error instanceof StartRefusal)) return refused(at, error instanceof Error ? error.message : String(error));
  return { kind: "refused", at, reason: error.reason, message: error.message, permanent: error.permanent };
}

function refused(at: number, message: string): RunEnd {
  return { kind: "refused", at, reason: "StartFailed", message, permanent: false };
}
