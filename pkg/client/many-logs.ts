import { type Fields, fields, list, text } from "../merge/index.ts";
import { type LogsMessage, type LogsRequest, logsRoute } from "../protocol/index.ts";
import { StatusError } from "../status/index.ts";
import { lines } from "./json-lines.ts";
import { bodyChunks } from "./response-body.ts";
import { send } from "./send.ts";
import type { Transport } from "./transport.ts";

/** Asks the server for the logs of many processes; yields what it says as it comes. */
export async function* manyLogs(
  transport: Transport,
  request: LogsRequest,
  signal: AbortSignal,
): AsyncGenerator<LogsMessage> {
  const headers = { accept: "application/x-ndjson", "content-type": "application/json" };
  const body = JSON.stringify(request);
  const response = await send(transport, { method: "POST", path: logsRoute, headers, body, signal });
  let hasEnded = false;
  for await (const line of lines(bodyChunks(response.body))) {
    const message = decodeMessage(fields(JSON.parse(line)));
    hasEnded ||= message.type === "end";
    yield message;
  }
  if (!hasEnded) throw new StatusError("Unreachable", "the connection to the server broke");
}

function decodeMessage(message: Fields): LogsMessage {
  const process = text(message["process"]);
  switch (message["type"]) {
    case "members":
      return { type: "members", processes: list(message["processes"]).map(text) };
    case "text":
      return { type: "text", process, text: text(message["text"]) };
    case "note": {
      const { note } = message;
      const known = note === "waiting" || note === "back" ? note : "failed";
      return { type: "note", process, note: known, message: text(message["message"]) };
    }
    default:
      return { type: "end" };
  }
}
