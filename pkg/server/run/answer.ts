import type { Duplex } from "node:stream";
import { CommandAnswer, type TakeOutput } from "../../fabric/index.ts";
import type { ExecResult } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";

/** Reads an exec stream to its end: how the command ended. Rejects where the stream does not end well. */
export function readAnswer(stream: Duplex, take: TakeOutput): Promise<ExecResult> {
  return new Promise((resolve, reject) => {
    const answer = new CommandAnswer(take);
    stream.on("data", (chunk: Uint8Array) => {
      try {
        const wait = answer.push(chunk);
        if (wait === undefined) return;
        stream.pause();
        void wait.then(() => stream.resume());
      } catch (error) {
        reject(error);
      }
    });
    let hasEnded = false;
    stream.once("error", (error) => reject(StatusError.from(error)));
    stream.once("end", () => {
      hasEnded = true;
      if (answer.result === undefined) reject(broken());
      else resolve(answer.result);
    });
    stream.once("close", () => {
      if (!hasEnded) reject(broken());
    });
  });
}

function broken(): StatusError {
  return new StatusError("Unreachable", "the connection to the machine broke");
}
