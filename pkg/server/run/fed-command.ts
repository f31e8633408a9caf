import type { Duplex } from "node:stream";
import type { RunningCommand, TakeOutput } from "../../fabric/index.ts";
import { channel, type ExecResult, encodeFrame } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import { readAnswer } from "./answer.ts";

/** What one frame carries at most. */
const chunkBytes = 64 << 10;

/** A command on one machine that reads what it is fed. */
export class FedCommand implements RunningCommand {
  readonly ended: Promise<ExecResult>;
  /** Undefined where it is over before. */
  readonly #opened: Promise<Duplex | undefined>;
  #stream: Duplex | undefined;
  #isOver = false;
  #leave: () => void = () => undefined;

  constructor(open: () => Promise<Duplex>, take: TakeOutput) {
    const left = new Promise<undefined>((resolve) => {
      this.#leave = () => resolve(undefined);
    });
    const opening = open().then((stream) => this.#keep(stream));
    this.ended = opening.then((stream) => readAnswer(stream, take));
    this.#opened = Promise.race([opening.catch(() => undefined), left]);
  }

  /** Ends it on its machine, where it has not ended. */
  stop(): void {
    this.#isOver = true;
    this.#leave();
    this.#stream?.destroy();
  }

  /** Resolves when the command has taken it, or has ended. */
  async feed(input: Uint8Array): Promise<void> {
    const stream = await this.#opened;
    for (let start = 0; start < input.length && stream !== undefined && !this.#isOver; start += chunkBytes) {
      const frame = encodeFrame(channel.stdin, input.subarray(start, start + chunkBytes));
      if (!stream.write(frame)) await drained(stream);
    }
  }

  async endInput(): Promise<void> {
    const stream = await this.#opened;
    if (stream?.writable === true) stream.end(encodeFrame(channel.stdin, new Uint8Array(0)));
  }

  #keep(stream: Duplex): Duplex {
    this.#stream = stream;
    if (!this.#isOver) return stream;
    stream.on("error", () => undefined);
    stream.destroy();
    throw new StatusError("Conflict", "stopped");
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
