import { type Clock, sleep } from "../../clock/index.ts";
import type { StopOrder } from "../../protocol/index.ts";
import { sendSignal } from "../../signal/index.ts";
import type { RunObservation } from "../plan-input.ts";
import type { Started } from "./look.ts";
import { isAlive } from "./process-table.ts";
import { signalName } from "./signal-run.ts";

const pollMs = 20;
/** How often a process that SIGKILL does not end at once (it waits for a disk) is tried again. */
const killAgainMs = 1000;

export interface StopRunOptions {
  readonly clock: Clock;
  readonly order: StopOrder;
  readonly observe: () => RunObservation | undefined;
  readonly started: () => Started | undefined;
  /** Runs stop.before in the process's environment; its failure does not hold the stop. */
  readonly runBefore: (argv: readonly string[]) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Ends a run by its order: before, delay, signal to its group, SIGKILL after the timeout. Resolves when it has ended. */
export async function stopRun(options: StopRunOptions): Promise<void> {
  const { clock, order, signal } = options;
  await until(options, () => isEnded(options) || options.observe()?.state === "running");
  if (isEnded(options)) return;
  if (order.before !== undefined) await options.runBefore(order.before);
  await until(options, () => isEnded(options), order.delayMs);
  if (isEnded(options)) return;
  signalGroup(options, signalName(order.signal));
  await until(options, () => isEnded(options), order.timeoutMs);
  while (!isEnded(options)) {
    signalGroup(options, "SIGKILL");
    await until(options, () => isEnded(options), killAgainMs);
    await sleep(clock, 0, signal);
  }
}

function isEnded(options: StopRunOptions): boolean {
  const seen = options.observe();
  return seen === undefined || seen.state === "ended";
}

function signalGroup(options: StopRunOptions, name: NodeJS.Signals): void {
  const started = options.started();
  if (started === undefined || !isAlive(started.pid, started.startTime)) return;
  sendSignal(started.group === started.pid ? -started.pid : started.pid, name);
}

async function until(
  options: StopRunOptions,
  holds: () => boolean,
  timeoutMs = Number.POSITIVE_INFINITY,
): Promise<void> {
  const end = options.clock.monotonic() + timeoutMs;
  while (!holds() && options.clock.monotonic() < end) await sleep(options.clock, pollMs, options.signal);
}
