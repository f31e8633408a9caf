import { type Clock, sleep } from "../../clock/index.ts";
import { sendSignal } from "../../signal/index.ts";
import { findByVariable } from "./process-table.ts";

/** How long what was left behind may take to end after SIGTERM. */
const termGraceMs = 1000;
const pollMs = 50;

export interface SweepOptions {
  readonly clock: Clock;
  /** Environment variable that all descendants have, and how its value begins. */
  readonly variable: string;
  readonly value: string;
  /** Pids known otherwise, by control groups. */
  readonly members: () => Promise<readonly number[]>;
  readonly signal: AbortSignal;
}

/** Ends all processes that bear a mark: SIGTERM, then SIGKILL until none is left. Returns how many there were. */
export async function sweepProcesses(options: SweepOptions): Promise<number> {
  const find = async (): Promise<number[]> => {
    const found = new Set([...findByVariable(options.variable, options.value), ...(await options.members())]);
    // To signal "pid 0", which is what a control group shows of another pid namespace, would hit the agent itself.
    return [...found].filter((pid) => pid > 1 && pid !== process.pid);
  };
  const first = await find();
  if (first.length === 0) return 0;
  for (const pid of first) sendSignal(pid, "SIGTERM");
  const deadline = options.clock.monotonic() + termGraceMs;
  for (let left = await find(); left.length > 0; left = await find()) {
    if (options.clock.monotonic() > deadline) for (const pid of left) sendSignal(pid, "SIGKILL");
    await sleep(options.clock, pollMs, options.signal);
  }
  return first.length;
}
