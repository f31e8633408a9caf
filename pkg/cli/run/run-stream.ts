import { bodyChunks, lines, readBody, statusErrorOf, type Transport } from "../../client/index.ts";
import { type RunMessage, type RunRequest, type RunResult, runRoute } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import { type Fields, fields, list, text } from "../wire-fields.ts";

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

function decodeMessage(value: unknown): RunMessage {
  const message = fields(value);
  if (message["type"] === "targets") return { type: "targets", resources: list(message["resources"]).map(text) };
  if (message["type"] === "result") return decodeResult(message);
  return { type: "end" };
}

function decodeResult(message: Fields): RunResult {
  const { exitCode, signal, error, claim } = message;
  return {
    type: "result",
    resource: text(message["resource"]),
    stdout: text(message["stdout"]),
    stderr: text(message["stderr"]),
    durationMs: Number(message["durationMs"] ?? 0),
    ...(typeof claim === "string" && { claim }),
    ...(typeof exitCode === "number" && { exitCode }),
    ...(typeof signal === "string" && { signal }),
    ...(typeof error === "string" && { error }),
    ...(message["truncated"] === true && { truncated: true }),
  };
}
