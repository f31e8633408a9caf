import { type Clock, sleep } from "../../clock/index.ts";
import type { ProbeOrder, ProcessOrder } from "../../protocol/index.ts";
import type { Health } from "../plan-input.ts";
import { foldProbe, initialProbe, isFatal, type ProbeKind, type ProbeState, probeDelayMs } from "../plan-probe.ts";
import { askProbe, type ProbeTarget } from "./ask.ts";

export interface RunProbesOptions {
  readonly clock: Clock;
  readonly order: Pick<ProcessOrder, "startupProbe" | "readinessProbe" | "livenessProbe">;
  readonly target: ProbeTarget;
  readonly number: number;
  /** What held already of this run when the agent before this one ended. */
  readonly known: { readonly started: boolean; readonly ready: boolean };
  readonly onChange: (health: Health) => void;
}

/** Asks the probes of one run until stopped, and tells what they amount to. */
export class RunProbes {
  readonly #options: RunProbesOptions;
  readonly #stopped = new AbortController();
  #health: Health;
  #isTold = false;

  constructor(options: RunProbesOptions) {
    const { order, known, number } = options;
    this.#options = options;
    const started = order.startupProbe === undefined || known.started;
    this.#health = {
      number,
      started,
      ready: started && (order.readinessProbe === undefined || known.ready),
      alive: true,
    };
  }

  get health(): Health {
    return this.#health;
  }

  start(): void {
    // Ends by the abort of stop(), which is no failure.
    this.#run().catch(() => undefined);
  }

  stop(): void {
    this.#stopped.abort();
  }

  /** Stands for the first success of the startup and the readiness probe; what they find later counts as ever. */
  tellReady(): void {
    const { number } = this.#health;
    this.#isTold = true;
    this.#tell({ number, started: true, ready: true, alive: true });
  }

  async #run(): Promise<void> {
    const { startupProbe, readinessProbe, livenessProbe } = this.#options.order;
    if (startupProbe !== undefined && !this.#health.started) {
      await this.#ask("startup", startupProbe);
      const ready = readinessProbe === undefined || this.#isTold;
      this.#tell({ number: this.#health.number, started: true, ready, alive: true });
    }
    await Promise.all([
      readinessProbe && this.#ask("readiness", readinessProbe),
      livenessProbe && this.#ask("liveness", livenessProbe),
    ]);
  }

  /** Asks until stopped; a startup probe until it passes. */
  async #ask(kind: ProbeKind, order: ProbeOrder): Promise<void> {
    const { clock, target } = this.#options;
    const begin = clock.monotonic();
    let state = initialProbe(kind, kind === "readiness" && this.#health.ready);
    for (;;) {
      const answer = await askProbe(order, target);
      this.#stopped.signal.throwIfAborted();
      const now = clock.monotonic();
      if (this.#isTold && kind !== "liveness" && !state.everPassed) state = initialProbe(kind, true);
      state = foldProbe(state, answer.ok, order, now);
      this.#note(kind, order, state, answer.ok ? undefined : answer.message);
      if (kind === "startup" && state.passes) return;
      await sleep(clock, probeDelayMs(kind, state, order, now - begin), this.#stopped.signal);
    }
  }

  #note(kind: ProbeKind, order: ProbeOrder, state: ProbeState, message: string | undefined): void {
    const { reason: _reason, message: _message, ...rest } = this.#health;
    const failed = message === undefined ? {} : { message };
    if (isFatal(kind, state, order)) {
      const reason = kind === "startup" ? "StartupFailed" : "LivenessFailed";
      this.#tell({ ...rest, ready: false, alive: false, reason, ...failed });
    } else if (kind === "readiness") {
      this.#tell(state.passes ? { ...rest, ready: true } : { ...rest, ready: false, reason: "NotReady", ...failed });
    } else if (kind === "startup" && !state.passes) {
      this.#tell({ ...rest, reason: "NotStarted", ...failed });
    }
  }

  #tell(health: Health): void {
    if (!this.#health.alive || JSON.stringify(health) === JSON.stringify(this.#health)) return;
    this.#health = health;
    this.#options.onChange(health);
  }
}
