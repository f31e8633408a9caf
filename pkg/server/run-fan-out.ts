import type { Duplex } from "node:stream";
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

/** Runs one command on all targets, at most `maxConcurrent` at a time; yields each answer as it comes. */
export async function* runOnAll(
  targets: readonly RunTarget[],
  request: RunRequest,
  ports: RunPorts,
): AsyncGenerator<RunMessage> {
  yield { type: "targets", resources: targets.map((target) => target.resource) };
  const waiting = [...targets];
  const running = new Map<RunTarget, Promise<{ target: RunTarget; result: RunResult }>>();
  const limit = request.maxConcurrent > 0 ? request.maxConcurrent : targets.length;
  while (waiting.length > 0 || running.size > 0) {
    while (running.size < limit) {
      const target = waiting.shift();
      if (target === undefined) break;
      running.set(
        target,
        runOnOne(target, request, ports).then((result) => ({ target, result })),
      );
    }
    const { target, result } = await Promise.race(running.values());
    running.delete(target);
    yield result;
  }
  yield { type: "end" };
}

async function runOnOne(target: RunTarget, request: RunRequest, ports: RunPorts): Promise<RunResult> {
  const start = ports.clock.monotonic();
  const base = {
    type: "result" as const,
    resource: target.resource,
    ...(target.claim !== undefined && { claim: target.claim }),
  };
  const durationMs = (): number => Math.round(ports.clock.monotonic() - start);
  try {
    const stream = await ports.exec(target.resourceUid, execRequest(target, request));
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
