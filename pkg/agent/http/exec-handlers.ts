import type { ServerHttp2Stream } from "node:http2";
import type { Duplex } from "node:stream";
import { channel, type ExecRequest, encodeFrame, type KeptCommand, routes } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import type { KeptCommands } from "../exec/kept-commands.ts";
import type { CommandConnection } from "../exec/kept-stream.ts";
import { isRecord } from "../untrusted-json.ts";
import type { Handlers } from "./agent-server.ts";

/** Runs a command with frames both ways; rejects before anything was written where the request cannot be served. */
export type Exec = (request: ExecRequest, stream: Duplex) => Promise<void>;

/** Commands on this machine. */
export function execHandlers(exec: Exec, kept: KeptCommands): Handlers {
  const start = (request: ExecRequest, stream: Duplex): void => {
    exec(request, stream).catch((error: unknown) => {
      const { reason, message } = StatusError.from(error);
      const result = { reason: reason === "NotFound" ? "NotFound" : "Failed", message };
      stream.end(encodeFrame(channel.result, Buffer.from(JSON.stringify(result))));
    });
  };
  return {
    [`POST ${routes.exec}`]: async ({ stream, headers }) => {
      const request = decodeRequest(headers["x-exec"]);
      if (request.kept !== undefined) kept.check(request.kept);
      stream.respond({ ":status": 200, "content-type": "application/octet-stream" });
      if (request.kept === undefined) start(request, stream);
      else kept.take(request.kept, connectionOf(stream), (command) => start(request, command));
    },
  };
}

/** A session that ends takes its streams with it; over one that goes on a stream closes because it was cancelled. */
function connectionOf(stream: ServerHttp2Stream): CommandConnection {
  const { session } = stream;
  return { stream, isLinkLost: () => session === undefined || session.destroyed || session.closed };
}

function decodeRequest(header: string | string[] | undefined): ExecRequest {
  if (typeof header !== "string") throw new StatusError("BadRequest", "x-exec is missing");
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(header, "base64url").toString("utf8"));
  } catch (error) {
    throw new StatusError("BadRequest", "x-exec is not JSON", { cause: error });
  }
  const request = value as ExecRequest;
  const isCommand = Array.isArray(request?.argv) && request.argv.length > 0;
  if (!isCommand || !request.argv.every((argument) => typeof argument === "string"))
    throw new StatusError("BadRequest", "argv is no command");
  const { kept } = request;
  const hasInput = request.stdin === true || request.tty !== undefined;
  if (kept !== undefined && (hasInput || !isKept(kept)))
    throw new StatusError("BadRequest", "only commands without input can be kept, by id, received and agentRun");
  return { ...request, stdin: request.stdin === true, timeoutMs: Number(request.timeoutMs) || 0 };
}

function isKept(value: unknown): value is KeptCommand {
  if (!isRecord(value)) return false;
  const { id, received, agentRun } = value;
  return typeof id === "string" && typeof agentRun === "string" && Number.isSafeInteger(received);
}
