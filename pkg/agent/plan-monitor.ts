import type { MonitorOrder, MonitorReport } from "../protocol/index.ts";

/** What a monitor's answers so far amount to. */
export interface MonitorState {
  readonly says: MonitorReport["state"];
  /** Successes and failures in a row. */
  readonly successes: number;
  readonly failures: number;
  /** Wall-clock milliseconds at which it began to say so. */
  readonly sinceAt?: number;
  /** Of the failure with which it began to fail. */
  readonly message?: string;
}

export interface MonitorAnswer {
  readonly ok: boolean;
  readonly message: string;
}

/** Before the first answer. */
export const initialMonitor: MonitorState = { says: "Unknown", successes: 0, failures: 0 };

/** Takes an answer. What it says changes by the thresholds alone; what is told stays the same while it says the same. */
export function foldMonitor(
  state: MonitorState,
  { ok, message }: MonitorAnswer,
  order: Pick<MonitorOrder, "successThreshold" | "failureThreshold">,
  now: number,
): MonitorState {
  const { message: _message, ...rest } = state;
  if (ok) {
    const next = { successes: state.successes + 1, failures: 0 };
    const passes = state.says !== "Passing" && next.successes >= order.successThreshold;
    return passes ? { ...rest, ...next, says: "Passing", sinceAt: now } : { ...state, ...next };
  }
  const next = { successes: 0, failures: state.failures + 1 };
  const fails = state.says !== "Failing" && next.failures >= order.failureThreshold;
  return fails ? { ...rest, ...next, says: "Failing", sinceAt: now, message } : { ...state, ...next };
}
