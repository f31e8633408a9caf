import type { ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { StatusError, type StatusReason } from "../status/index.ts";

/** Answers of ours to programs: a Status, as the server would say it. */
export interface Refusal {
  readonly code: number;
  /** Why, for the page: it cannot be told from the server's own answers else. */
  readonly mark?: "stranger";
  readonly reason: StatusReason;
  readonly message: string;
}

const markHeader = "x-plush-ui";

export function forbidden(message: string): Refusal {
  return { code: 403, reason: "Forbidden", message };
}

export const notLetIn: Refusal = {
  code: 401,
  mark: "stranger",
  reason: "Unauthorized",
  message: "this browser was not let in: open the link that `plush ui` prints",
};

/** The server is away, or is not who it should be: the page waits for it. */
export function awayOf(error: unknown): Refusal {
  return { code: 502, reason: "ServiceUnavailable", message: StatusError.from(error).message };
}

export function sendRefusal(response: ServerResponse, refusal: Refusal): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const body = bodyOf(refusal);
  response.writeHead(refusal.code, {
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(body)),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...(refusal.mark !== undefined && { [markHeader]: refusal.mark }),
    // What of a request was not read is not worth reading.
    connection: "close",
  });
  response.end(body);
}

/** To who asked for another protocol. */
export function refuseSocket(socket: Duplex, refusal: Refusal): void {
  const body = bodyOf(refusal);
  const head = [
    `HTTP/1.1 ${refusal.code} ${refusal.reason}`,
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}

function bodyOf({ code, reason, message }: Refusal): string {
  return JSON.stringify({ ...new StatusError(reason, message).toBody(), code });
}
