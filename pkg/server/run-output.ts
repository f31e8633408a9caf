import type { Duplex } from "node:stream";
import { channel, type ExecResult, FrameDecoder } from "../protocol/index.ts";

/** What a command on one machine said and how it ended. */
export interface RunOutput {
  readonly result: ExecResult;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly truncated: boolean;
}

/** Reads an exec stream to its end, keeping the last `maxBytes` of stdout and of stderr. */
export async function readRunOutput(stream: Duplex, maxBytes: number): Promise<RunOutput> {
  const stdout = new Tail(maxBytes);
  const stderr = new Tail(maxBytes);
  const decoder = new FrameDecoder();
  let result: ExecResult | undefined;
  for await (const chunk of stream) {
    for (const frame of decoder.push(chunk as Uint8Array)) {
      if (frame.channel === channel.stdout) stdout.push(frame.payload);
      else if (frame.channel === channel.stderr) stderr.push(frame.payload);
      else if (frame.channel === channel.result)
        result = JSON.parse(Buffer.from(frame.payload).toString("utf8")) as ExecResult;
    }
  }
  return {
    result: result ?? { reason: "Failed", message: "the connection to the machine broke" },
    stdout: stdout.bytes,
    stderr: stderr.bytes,
    truncated: stdout.truncated || stderr.truncated,
  };
}

/** The last bytes of a stream; holds at most about twice the limit. */
class Tail {
  readonly #limit: number;
  #held: Buffer[] = [];
  #heldBytes = 0;
  truncated = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get bytes(): Buffer {
    const all = Buffer.concat(this.#held);
    return all.subarray(Math.max(0, all.length - this.#limit));
  }

  push(chunk: Uint8Array): void {
    this.#held.push(Buffer.from(chunk));
    this.#heldBytes += chunk.length;
    if (this.#heldBytes > this.#limit) this.truncated = true;
    if (this.#heldBytes <= 2 * this.#limit) return;
    this.#held = [this.bytes];
    this.#heldBytes = this.#limit;
  }
}
