import { once } from "node:events";
import type { Duplex } from "node:stream";
import type { Clock } from "../../clock/index.ts";
import { channel, type ExecResult, encodeFrame } from "../../protocol/index.ts";
import type { RunEnd } from "../ledger/entry.ts";
import { readLog } from "../logs/read-log.ts";

/** A run that goes on. */
export interface OpenRun {
  /** Of its log, in which stdout and stderr are one. */
  readonly log: string;
  /** Calls back once with how it ends; returns what stops that. */
  readonly onEnd: (listener: (end: RunEnd) => void) => () => void;
  /** Nobody looks at it any more. */
  readonly isGone: () => boolean;
}

/** Sends what a run prints from now on, in frames, and at last how it ended. Resolves then, or when the client has gone. */
export async function attachToRun(run: OpenRun, stream: Duplex, clock: Clock): Promise<void> {
  const gone = new AbortController();
  stream.once("close", () => gone.abort());
  let end: RunEnd | undefined;
  const stop = run.onEnd((seen) => {
    end = seen;
  });
  const pieces = readLog({
    path: run.log,
    tail: 0,
    timestamps: false,
    isEnded: () => end !== undefined || run.isGone(),
    clock,
    signal: gone.signal,
  });
  try {
    for await (const piece of pieces) {
      if (stream.write(encodeFrame(channel.stdout, piece))) continue;
      await once(stream, "drain", { signal: gone.signal }).catch(() => undefined);
    }
  } finally {
    stop();
  }
  if (!gone.signal.aborted) stream.end(encodeFrame(channel.result, Buffer.from(JSON.stringify(resultOf(end)))));
}

function resultOf(end: RunEnd | undefined): ExecResult {
  if (end === undefined) return { reason: "Failed", message: "it is not known how the run ended" };
  if (end.kind === "exited") return { exitCode: end.exitCode };
  const message = end.kind === "void" ? "the program was never started" : end.message;
  return { reason: "Failed", message };
}
