import { once } from "node:events";
import type { Duplex } from "node:stream";
import { type Clock, sleep } from "../../clock/index.ts";
import { channel, type ExecRequest, type ExecResult, encodeFrame, FrameDecoder } from "../../protocol/index.ts";
import type { Exec } from "../http/exec-handlers.ts";
import { behaviourOf, type HollowTimes } from "./behaviour.ts";

/**
 * Commands that nobody runs: `echo` prints its words and `cat` its input, `hollow run=MS exit=CODE` takes so long and
 * ends so, and any other command ends at once, and well.
 */
export function pretendedExec(clock: Clock, times: HollowTimes): Exec {
  return async (request, stream) => {
    if (request.stdin) await passInput(request, stream);
    else stream.resume();
    const result = await endOf(request, stream, clock, times);
    if (request.argv[0] === "echo") stream.write(stdout(`${request.argv.slice(1).join(" ")}\n`));
    if (!stream.destroyed) stream.end(encodeFrame(channel.result, Buffer.from(JSON.stringify(result))));
  };
}

function stdout(text: string): Uint8Array {
  return encodeFrame(channel.stdout, Buffer.from(text));
}

async function passInput({ argv }: ExecRequest, stream: Duplex): Promise<void> {
  const decoder = new FrameDecoder();
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    for (const { channel: id, payload } of decoder.push(chunk as Uint8Array)) {
      if (id !== channel.stdin) continue;
      if (payload.length === 0) return;
      if (argv[0] === "cat" && !stream.write(encodeFrame(channel.stdout, payload))) await once(stream, "drain");
    }
  }
}

async function endOf(request: ExecRequest, stream: Duplex, clock: Clock, times: HollowTimes): Promise<ExecResult> {
  const { runMs, exitCode } = behaviourOf(request.argv, times);
  if (request.argv[0] !== "hollow") return { exitCode };
  const gone = new AbortController();
  stream.once("close", () => gone.abort());
  const limit = request.timeoutMs > 0 ? request.timeoutMs : Number.POSITIVE_INFINITY;
  const isLate = limit < (runMs ?? Number.POSITIVE_INFINITY);
  await sleep(clock, Math.min(limit, runMs ?? limit, maxMs), gone.signal).catch(() => undefined);
  return isLate ? { reason: "Timeout", message: "took too long and was killed" } : { exitCode };
}

/** For ever, as timers have it. */
const maxMs = 2 ** 31 - 1;
