import { channel, type ExecResult, FrameDecoder } from "../protocol/index.ts";

/** Takes what a command prints. What it gives back is awaited before more is read. */
export type TakeOutput = (name: "stdout" | "stderr", bytes: Uint8Array) => Promise<void> | undefined;

/** A command's answer, read piece by piece. */
export class CommandAnswer {
  readonly #decoder = new FrameDecoder();
  readonly #take: TakeOutput;
  #result: ExecResult | undefined;

  constructor(take: TakeOutput) {
    this.#take = take;
  }

  /** How it ended, once that has come. */
  get result(): ExecResult | undefined {
    return this.#result;
  }

  /** What is given back is to be awaited before more is read. Throws upon what is no answer. */
  push(bytes: Uint8Array): Promise<unknown> | undefined {
    let waits: Promise<void>[] | undefined;
    for (const { channel: id, payload } of this.#decoder.push(bytes)) {
      if (id === channel.result) this.#result = readResult(payload);
      if (id !== channel.stdout && id !== channel.stderr) continue;
      const wait = this.#take(id === channel.stdout ? "stdout" : "stderr", payload);
      if (wait === undefined) continue;
      waits ??= [];
      waits.push(wait);
    }
    return waits && Promise.all(waits);
  }
}

function readResult(payload: Uint8Array): ExecResult {
  return JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString("utf8")) as ExecResult;
}
