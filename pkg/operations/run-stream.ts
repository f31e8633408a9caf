import { bodyChunks, lines, readBody, statusErrorOf, type Transport } from "../client/portable.ts";
import { type Fields, fields, list, text } from "../merge/index.ts";
import {
  type RunControl,
  type RunMessage,
  type RunOutput,
  type RunRequest,
  type RunResult,
  type RunTarget,
  runControlRoute,
  runRoute,
} from "../protocol/index.ts";
import { StatusError } from "../status/index.ts";

/** Asks the server for a command on many machines; yields its answers as they come. */
export async function* runStream(
  transport: Transport,
  request: RunRequest,
  signal: AbortSignal,
): AsyncGenerator<RunMessage> {
  const headers = { accept: "application/x-ndjson", "content-type": "application/json" };
  const body = JSON.stringify(request);
  const response = await transport.request({ method: "POST", path: runRoute, headers, body, signal });
  if (response.status >= 300) throw statusErrorOf(response.status, await readBody(response.body));
  let ended = false;
  for await (const line of lines(bodyChunks(response.body))) {
    const message = decodeMessage(JSON.parse(line));
    ended ||= message.type === "end";
    yield message;
  }
  if (!ended)
    throw new StatusError("Unreachable", "the connection to the server broke before all machines had answered");
}

/** Says something about a run that is under way. Rejects with NotFound where it is over. */
export async function controlRun(transport: Transport, control: RunControl, signal?: AbortSignal): Promise<void> {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify(control);
  const path = runControlRoute;
  const response = await transport.request({ method: "POST", path, headers, body, ...(signal && { signal }) });
  const answer = await readBody(response.body);
  if (response.status >= 300) throw statusErrorOf(response.status, answer);
}

function decodeMessage(value: unknown): RunMessage {
  const message = fields(value);
  switch (message["type"]) {
    case "targets":
      return {
        type: "targets",
        run: text(message["run"]),
        targets: list(message["targets"]).map((each) => targetOf(fields(each))),
      };
    case "output":
      return decodeOutput(message);
    case "result":
      return decodeResult(message);
    default:
      return { type: "end" };
  }
}

function targetOf({ resource, claim }: Fields): RunTarget {
  return { resource: text(resource), ...(typeof claim === "string" && { claim }) };
}

function decodeOutput(message: Fields): RunOutput {
  return {
    type: "output",
    ...targetOf(message),
    stream: message["stream"] === "stderr" ? "stderr" : "stdout",
    data: text(message["data"]),
  };
}

const failures = ["Unreachable", "Timeout", "NotFound", "Stopped"] as const;

function decodeResult(message: Fields): RunResult {
  const { exitCode, signal, error, reason } = message;
  return {
    type: "result",
    ...targetOf(message),
    stdout: text(message["stdout"]),
    stderr: text(message["stderr"]),
    durationMs: Number(message["durationMs"] ?? 0),
    ...(typeof exitCode === "number" && { exitCode }),
    ...(typeof signal === "string" && { signal }),
    ...(reason !== undefined && { reason: failures.find((known) => known === reason) ?? "Failed" }),
    ...(typeof error === "string" && { error }),
    ...(message["truncated"] === true && { truncated: true }),
  };
}
