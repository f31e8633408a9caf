import type { Clock } from "../../clock/index.ts";
import type { RunningCommand } from "../../fabric/index.ts";
import type { ExecResult, RunResult } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";

/** How a command on one machine ended, without what it printed. */
export type RunEnding = Pick<RunResult, "exitCode" | "signal" | "reason" | "error">;

/** The agent ends what takes too long. One that does not say so has no connection that works, or stands still. */
const graceMs = 2000;

/** A command on one machine, for as long as it is waited for. */
export class OneRun {
  /** Resolves when it has ended or was given up; never rejects. */
  readonly ended: Promise<RunEnding>;
  #finish: (ending: RunEnding) => void = () => undefined;

  /** `timeoutMs`: 0, none. */
  constructor(command: RunningCommand, timeoutMs: number, clock: Clock) {
    let cancel = (): void => undefined;
    let isOver = false;
    this.ended = new Promise((resolve) => {
      this.#finish = (ending) => {
        if (isOver) return;
        isOver = true;
        cancel();
        command.stop();
        resolve(ending);
      };
    });
    const late: RunEnding = { reason: "Timeout", error: `the machine did not answer within ${timeoutMs / 1000}s` };
    if (timeoutMs > 0) cancel = clock.setTimer(timeoutMs + graceMs, () => this.#finish(late));
    command.ended.then(
      (result) => this.#finish(endingOf(result, timeoutMs)),
      (error: unknown) => this.#finish(failureOf(error)),
    );
  }

  /** Gives it up: the agent ends it. */
  stop(): void {
    this.#finish({ reason: "Stopped", error: "stopped" });
  }
}

function endingOf(result: ExecResult, timeoutMs: number): RunEnding {
  const { exitCode, signal, reason, message } = result;
  if (reason === "Timeout") return { reason, error: `timed out after ${timeoutMs / 1000}s, and was killed` };
  if (reason !== undefined) return { reason, error: message ?? reason };
  if (exitCode !== undefined) return { exitCode };
  return signal === undefined ? { reason: "Failed", error: "no result" } : { signal };
}

function failureOf(error: unknown): RunEnding {
  const { reason, message } = StatusError.from(error);
  if (reason === "Unreachable" || reason === "ServiceUnavailable") return { reason: "Unreachable", error: message };
  return { reason: reason === "NotFound" || reason === "Timeout" ? reason : "Failed", error: message };
}
