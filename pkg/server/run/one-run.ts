import type { Duplex } from "node:stream";
import type { Clock } from "../../clock/index.ts";
import { channel, type ExecResult, encodeFrame, type RunResult } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import { readAnswer, type TakeOutput } from "./answer.ts";

/** How a command on one machine ended, without what it printed. */
export type RunEnding = Pick<RunResult, "exitCode" | "signal" | "reason" | "error">;

export interface OneRunOptions {
  readonly clock: Clock;
  readonly open: () => Promise<Duplex>;
  readonly take: TakeOutput;
  /** 0: none. */
  readonly timeoutMs: number;
  /** Whether the command reads what `feed` is given; it has no input else. */
  readonly takesInput: boolean;
}

/** The agent ends what takes too long. One that does not say so has no connection that works, or stands still. */
const graceMs = 2000;
/** What one frame carries at most. */
const chunkBytes = 64 << 10;

/** A command on one machine. */
export class OneRun {
  /** Resolves when it has ended or was given up; never rejects. */
  readonly ended: Promise<RunEnding>;
  readonly #options: OneRunOptions;
  readonly #opened: Promise<Duplex | undefined>;
  #finish: (ending: RunEnding) => void = () => undefined;
  #stream: Duplex | undefined;
  #isOver = false;

  constructor(options: OneRunOptions) {
    this.#options = options;
    let cancel = (): void => undefined;
    this.ended = new Promise((resolve) => {
      this.#finish = (ending) => {
        if (this.#isOver) return;
        this.#isOver = true;
        cancel();
        this.#stream?.destroy();
        resolve(ending);
      };
    });
    const { timeoutMs, clock } = options;
    const late: RunEnding = { reason: "Timeout", error: `the machine did not answer within ${timeoutMs / 1000}s` };
    if (timeoutMs > 0) cancel = clock.setTimer(timeoutMs + graceMs, () => this.#finish(late));
    this.#opened = this.#open();
  }

  /** Gives it up: the agent ends it. */
  stop(): void {
    this.#finish({ reason: "Stopped", error: "stopped" });
  }

  /** Resolves when the command has taken it, or has ended. */
  async feed(input: Uint8Array): Promise<void> {
    const stream = await Promise.race([this.#opened, this.ended.then(() => undefined)]);
    for (let start = 0; start < input.length && stream !== undefined && !this.#isOver; start += chunkBytes) {
      const frame = encodeFrame(channel.stdin, input.subarray(start, start + chunkBytes));
      if (!stream.write(frame)) await drained(stream);
    }
  }

  async endInput(): Promise<void> {
    const stream = await Promise.race([this.#opened, this.ended.then(() => undefined)]);
    if (stream?.writable === true) stream.end(encodeFrame(channel.stdin, new Uint8Array(0)));
  }

  async #open(): Promise<Duplex | undefined> {
    try {
      const stream = await this.#options.open();
      this.#stream = stream;
      if (this.#isOver) {
        stream.on("error", () => undefined);
        stream.destroy();
        return undefined;
      }
      if (!this.#options.takesInput) stream.end();
      readAnswer(stream, this.#options.take).then(
        (result) => this.#finish(endingOf(result, this.#options.timeoutMs)),
        (error: unknown) => this.#finish(failureOf(error)),
      );
      return stream;
    } catch (error) {
      this.#finish(failureOf(error));
      return undefined;
    }
  }
}

function drained(stream: Duplex): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      stream.off("drain", go).off("close", go);
      resolve();
    };
    if (stream.destroyed) resolve();
    else stream.once("drain", go).once("close", go);
  });
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
