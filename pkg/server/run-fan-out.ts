import { once, setMaxListeners } from "node:events";
import { addAbortSignal, type Duplex, PassThrough, type Readable } from "node:stream";
import type { Clock } from "../clock/index.ts";
import type { ExecRequest, ExecResult, RunMessage, RunRequest, RunResult } from "../protocol/index.ts";
import { StatusError } from "../status/index.ts";
import { readRunOutput } from "./run-output.ts";

/** A machine, or a claim on it, on which a command is to run. */
export interface RunTarget {
  readonly resource: string;
  readonly resourceUid: string;
  readonly claim?: string;
  readonly claimUid?: string;
}

export interface RunPorts {
  readonly clock: Clock;
  readonly exec: (resourceUid: string, request: ExecRequest) => Promise<Duplex>;
}

/**
 * Runs one command on all targets, at most `maxConcurrent` at a time: a stream of RunMessages, each answer as it comes.
 * Once `signal` is aborted or the stream destroyed, no command is begun, and those that run are given up.
 */
export function runOnAll(
  targets: readonly RunTarget[],
  request: RunRequest,
  ports: RunPorts & { readonly signal: AbortSignal },
): Readable {
  const messages = new PassThrough({ objectMode: true });
  messages.setMaxListeners(0); // as many commands as run may wait for the reader
  messages.on("error", () => undefined); // where nobody reads any more, nobody needs to know
  const left = new AbortController();
  messages.once("close", () => left.abort());
  const signal = AbortSignal.any([ports.signal, left.signal]);
  setMaxListeners(0, signal);
  // Who reads slowly makes the next machine wait, and not the server's memory grow.
  const tell = async (message: RunMessage): Promise<void> => {
    if (!signal.aborted && !messages.write(message)) await once(messages, "drain", { signal });
  };
  fanOut(targets, request, { ...ports, signal, tell }).then(
    () => messages.end(),
    (error: Error) => messages.destroy(error),
  );
  return messages;
}

interface FanOutPorts extends RunPorts {
  readonly signal: AbortSignal;
  readonly tell: (message: RunMessage) => Promise<void>;
}

async function fanOut(targets: readonly RunTarget[], request: RunRequest, ports: FanOutPorts): Promise<void> {
  const { signal, tell } = ports;
  await tell({ type: "targets", resources: targets.map((target) => target.resource) });
  const rest = targets.values();
  const work = async (): Promise<void> => {
    for (const target of rest) {
      signal.throwIfAborted();
      await tell(await runOnOne(target, request, ports));
    }
  };
  const workers = request.maxConcurrent > 0 ? Math.min(request.maxConcurrent, targets.length) : targets.length;
  await Promise.all(Array.from({ length: workers }, work));
  await tell({ type: "end" });
}

async function runOnOne(target: RunTarget, request: RunRequest, ports: FanOutPorts): Promise<RunResult> {
  const start = ports.clock.monotonic();
  const base = {
    type: "result" as const,
    resource: target.resource,
    ...(target.claim !== undefined && { claim: target.claim }),
  };
  const durationMs = (): number => Math.round(ports.clock.monotonic() - start);
  try {
    const stream = await ports.exec(target.resourceUid, execRequest(target, request));
    addAbortSignal(ports.signal, stream);
    stream.end();
    const { result, stdout, stderr, truncated } = await readRunOutput(stream, request.maxOutputBytes);
    return {
      ...base,
      ...outcome(result),
      stdout: stdout.toString("base64"),
      stderr: stderr.toString("base64"),
      ...(truncated && { truncated }),
      durationMs: durationMs(),
    };
  } catch (error) {
    return { ...base, error: StatusError.from(error).message, stdout: "", stderr: "", durationMs: durationMs() };
  }
}

function execRequest(target: RunTarget, request: RunRequest): ExecRequest {
  return {
    argv: request.argv,
    stdin: false,
    timeoutMs: request.timeoutMs,
    ...(target.claimUid !== undefined && { claimUid: target.claimUid }),
    ...(request.env !== undefined && { env: request.env }),
    ...(request.user !== undefined && { user: request.user }),
  };
}

function outcome(result: ExecResult): Pick<RunResult, "exitCode" | "signal" | "error"> {
  if (result.exitCode !== undefined) return { exitCode: result.exitCode };
  if (result.reason === undefined && result.signal !== undefined) return { signal: result.signal };
  return { error: result.message ?? result.reason ?? "no result" };
}
