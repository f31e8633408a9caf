import type { Duplex } from "node:stream";
import { channel, type ExecRequest, encodeFrame, routes } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Handlers } from "./agent-server.ts";

/** Runs a command with frames both ways; rejects before anything was written where the request cannot be served. */
export type Exec = (request: ExecRequest, stream: Duplex) => Promise<void>;

/** Commands on this machine. */
export function execHandlers(exec: Exec): Handlers {
  return {
    [`POST ${routes.exec}`]: async ({ stream, headers }) => {
      const request = decodeRequest(headers["x-exec"]);
      stream.respond({ ":status": 200, "content-type": "application/octet-stream" });
      await exec(request, stream).catch((error: unknown) => {
        const { reason, message } = StatusError.from(error);
        const result = { reason: reason === "NotFound" ? "NotFound" : "Failed", message };
        stream.end(encodeFrame(channel.result, Buffer.from(JSON.stringify(result))));
      });
    },
  };
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
  if (isCommand && request.argv.every((argument) => typeof argument === "string")) {
    return { ...request, stdin: request.stdin === true, timeoutMs: Number(request.timeoutMs) || 0 };
  }
  throw new StatusError("BadRequest", "argv is no command");
}
