import type { Duplex } from "node:stream";
import { channel, type ExecResult, FrameDecoder } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";

export type OutputName = "stdout" | "stderr";

/** Takes what a command prints. What it gives back is awaited before more is read. */
export type TakeOutput = (name: OutputName, bytes: Uint8Array) => Promise<void> | undefined;

/** Reads an exec stream to its end: how the command ended. Rejects where the stream does not end well. */
export function readAnswer(stream: Duplex, take: TakeOutput): Promise<ExecResult> {
  return new Promise((resolve, reject) => {
    const decoder = new FrameDecoder();
    let result: ExecResult | undefined;
    const pass = (chunk: Uint8Array): (Promise<void> | undefined)[] =>
      decoder.push(chunk).map((frame) => {
        if (frame.channel === channel.stdout) return take("stdout", frame.payload);
        if (frame.channel === channel.stderr) return take("stderr", frame.payload);
        if (frame.channel === channel.result) result = readResult(frame.payload);
        return undefined;
      });
    stream.on("data", (chunk: Uint8Array) => {
      try {
        const waits = pass(chunk).filter((wait) => wait !== undefined);
        if (waits.length === 0) return;
        stream.pause();
        void Promise.all(waits).then(() => stream.resume());
      } catch (error) {
        reject(error);
      }
    });
    let hasEnded = false;
    stream.once("error", (error) => reject(StatusError.from(error)));
    stream.once("end", () => {
      hasEnded = true;
      if (result === undefined) reject(broken());
      else resolve(result);
    });
    stream.once("close", () => {
      if (!hasEnded) reject(broken());
    });
  });
}

function readResult(payload: Uint8Array): ExecResult {
  return JSON.parse(Buffer.from(payload).toString("utf8")) as ExecResult;
}

function broken(): StatusError {
  return new StatusError("Unreachable", "the connection to the machine broke");
}
