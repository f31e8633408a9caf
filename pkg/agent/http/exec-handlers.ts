import type { ServerHttp2Stream } from "node:http2";
import type { Duplex } from "node:stream";
import {
  channel,
  type ExecRequest,
  encodeFrame,
  FrameDecoder,
  type KeptCommand,
  routes,
} from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import type { KeptCommands } from "../exec/kept-commands.ts";
import type { CommandConnection } from "../exec/kept-stream.ts";
import { isRecord } from "../untrusted-json.ts";
import type { Handlers } from "./agent-server.ts";
import { CommandLane } from "./command-lane.ts";

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
      const request = decodeHeader(headers["x-exec"]);
      if (request.kept !== undefined) kept.check(request.kept);
      stream.respond({ ":status": 200, "content-type": "application/octet-stream" });
      if (request.kept === undefined) start(request, stream);
      else connect(request, request.kept, stream);
    },
    [`POST ${routes.commands}`]: async ({ stream }) => {
      stream.respond({ ":status": 200, "content-type": "application/octet-stream" });
      const lane = new CommandLane(stream, (payload, connection) => {
        const request = decodeRequest(payload);
        if (request.kept === undefined)
          throw new StatusError("BadRequest", "only commands that are kept are begun here");
        return kept.take(request.kept, connection, (command) => start(request, command));
      });
      await lane.ended;
    },
  };

  function connect(request: ExecRequest, wanted: KeptCommand, stream: ServerHttp2Stream): void {
    const { session } = stream;
    const connection: CommandConnection = {
      write(frames) {
        stream.write(frames);
        return true;
      },
      end: () => stream.end(),
      close: () => stream.writableEnded || stream.destroy(),
    };
    const command = kept.take(wanted, connection, (started) => start(request, started));
    const decoder = new FrameDecoder();
    stream.on("data", (chunk: Buffer) => {
      try {
        for (const { channel: id, payload } of decoder.push(chunk))
          if (id === channel.received) command.acknowledge(Number(Buffer.from(payload).toString("latin1")));
      } catch {
        stream.destroy();
      }
    });
    // A session that ends takes its streams with it; over one that goes on a stream closes because it was cancelled.
    stream.once("close", () =>
      session === undefined || session.destroyed || session.closed
        ? command.lose(connection)
        : command.cancel(connection),
    );
  }
}

function decodeHeader(header: string | string[] | undefined): ExecRequest {
  if (typeof header !== "string") throw new StatusError("BadRequest", "x-exec is missing");
  return decodeRequest(Buffer.from(header, "base64url"));
}

function decodeRequest(text: Uint8Array): ExecRequest {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text.buffer, text.byteOffset, text.length).toString("utf8"));
  } catch (error) {
    throw new StatusError("BadRequest", "the order of a command is not JSON", { cause: error });
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
