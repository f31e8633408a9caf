import type { Failure, ProcessEntry, Run, RunEnd } from "./ledger/entry.ts";
import { backoffMs, isDue } from "./plan-backoff.ts";

export interface RestartInput {
  readonly entry: ProcessEntry;
  readonly run: Run;
  readonly end: Exclude<RunEnd, { kind: "void" }>;
  readonly now: number;
  readonly jitter: number;
}

export type RestartPlan =
  | { readonly kind: "now"; readonly entry: ProcessEntry }
  | { readonly kind: "wait"; readonly entry: ProcessEntry; readonly at: number }
  | { readonly kind: "giveUp"; readonly failure: Failure };

/**
 * What follows a run that ended and is to run again: at once the first time, then after a backoff; given up after
 * maxRestarts within withinMs. A run of resetAfterMs was a good one, and all is forgotten. A run that the host took
 * with it is no fault of the process.
 */
export function planRestart({ entry, run, end, now, jitter }: RestartInput): RestartPlan {
  if (end.kind === "refused" && end.permanent) return giveUp(end.reason, end.message);
  if (entry.nextStartAt !== undefined) return proceed(entry, entry.nextStartAt, now);
  if (end.kind === "refused" && entry.order.restartPolicy === "Never") {
    // Nothing was executed, so another attempt is still the first; but not at once, the cause is likely still there.
    return proceed({ ...entry, streak: entry.streak + 1 }, now + backoffMs(entry.streak + 1, jitter), now);
  }
  const wasGood = end.at - run.begunAt >= entry.order.resetAfterMs || end.kind === "lost";
  const streak = wasGood ? 0 : entry.streak;
  const times = wasGood ? [] : entry.restartTimes.filter((at) => at > now - entry.order.withinMs);
  const { maxRestarts } = entry.order;
  if (maxRestarts !== undefined && !wasGood && times.length >= maxRestarts) {
    const fault = end.kind === "exited" ? startFault(end.exitCode) : undefined;
    if (fault !== undefined) return { kind: "giveUp", failure: fault };
    return giveUp("RestartsExhausted", `restarted ${times.length} times, and ended again: ${describeEnd(end)}`);
  }
  const at = streak === 0 ? now : now + backoffMs(streak, jitter);
  return proceed({ ...entry, streak: streak + 1, restarts: entry.restarts + 1, restartTimes: [...times, at] }, at, now);
}

function proceed(entry: ProcessEntry, at: number, now: number): RestartPlan {
  const waiting = { ...entry, nextStartAt: at };
  return isDue(at, now) ? { kind: "now", entry: waiting } : { kind: "wait", entry: waiting, at };
}

function giveUp(reason: string, message: string): RestartPlan {
  return { kind: "giveUp", failure: { reason, message } };
}

/** 127 and 126 are what a shell says of a command that it cannot execute, and the shim is one. */
export function startFault(exitCode: number): Failure | undefined {
  if (exitCode === 127) return { reason: "CommandNotFound", message: "the command does not exist (exit code 127)" };
  if (exitCode !== 126) return undefined;
  return { reason: "CommandNotExecutable", message: "the command cannot be executed (exit code 126)" };
}

/** One clause for messages. */
export function describeEnd(end: RunEnd): string {
  switch (end.kind) {
    case "exited":
      return `exit code ${end.exitCode}`;
    case "lost":
      return end.message;
    case "refused":
      return end.message;
    case "void":
      return "never executed";
  }
}
