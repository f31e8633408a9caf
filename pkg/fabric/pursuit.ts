import { type Clock, sleep } from "../clock/index.ts";
import type { Logger } from "../log/index.ts";
import type { ConnectError, ConnectFailure } from "./fabric.ts";
import { redialDelayMs } from "./redial-plan.ts";

export interface PursuitPorts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
  /** Makes one attempt, the first one being 1; answers why it failed, or undefined where the machine was reached. */
  readonly attempt: (attempt: number, signal: AbortSignal) => Promise<ConnectError | undefined>;
  readonly onFailure: (failure: ConnectFailure) => void;
}

/** Attempts to reach one machine, for ever, until one succeeds; at most one series at a time. */
export class Pursuit {
  readonly #ports: PursuitPorts;
  #current: AbortController | undefined;
  #ended: Promise<unknown> = Promise.resolve();
  #wake: () => void = () => {};

  constructor(ports: PursuitPorts) {
    this.#ports = ports;
  }

  /** Begins anew; the first attempt is made after `delayMs`. */
  start(delayMs: number): void {
    this.#current?.abort();
    const current = new AbortController();
    this.#current = current;
    const run = this.#run(delayMs, current.signal).catch((error: unknown) => {
      if (!current.signal.aborted) this.#ports.log.error({ error }, "pursuit of a machine ended");
    });
    this.#ended = Promise.all([this.#ended, run]);
  }

  /** Resolves when no attempt is under way any more: one may start an agent until then. */
  async stop(): Promise<void> {
    this.#current?.abort();
    this.#current = undefined;
    await this.#ended;
  }

  /** Ends a wait between attempts. */
  hurry(): void {
    this.#wake();
  }

  async #run(delayMs: number, signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#ports;
    const begin = clock.monotonic();
    if (delayMs > 0) await sleep(clock, delayMs, signal);
    for (let attempts = 1; ; attempts++) {
      const error = await this.#ports.attempt(attempts, signal);
      signal.throwIfAborted();
      if (error === undefined) return;
      const { reason, message, presentedHostKey } = error;
      const waitMs = redialDelayMs({ reason, attempts, failingMs: clock.monotonic() - begin, random: random() });
      const lastAt = clock.now();
      const key = presentedHostKey !== undefined && { presentedHostKey };
      this.#ports.onFailure({ reason, message, attempts, lastAt, nextAt: lastAt + waitMs, ...key });
      await this.#wait(waitMs, signal);
    }
  }

  #wait(waitMs: number, signal: AbortSignal): Promise<void> {
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    return Promise.race([sleep(this.#ports.clock, waitMs, signal), woken]);
  }
}
