import type { Socket } from "node:net";
import { StatusError } from "../../status/index.ts";

/** Bytes of a request line and its headers together. Go's servers take more; nobody needs it. */
export const maxHeaderBytes = 64 * 1024;

interface ParserError extends Error {
  readonly code?: string;
}

/**
 * Answers bytes that the HTTP parser could not make a request of, as Kubernetes would say it, and ends the connection:
 * where the next request begins is not known.
 */
export function refuseUnreadable(error: ParserError, socket: Socket): void {
  if (error.code === "ECONNRESET" || socket.destroyed) return;
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const { line, status } = verdictOn(error);
  const body = JSON.stringify({ ...status.toBody(), code: Number.parseInt(line, 10) });
  const head = [
    `HTTP/1.1 ${line}`,
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}

function verdictOn({ code, message }: ParserError): { readonly line: string; readonly status: StatusError } {
  switch (code) {
    case "HPE_HEADER_OVERFLOW":
      return {
        line: "431 Request Header Fields Too Large",
        status: new StatusError(
          "RequestEntityTooLarge",
          `the request line and its headers are longer than ${maxHeaderBytes} bytes`,
        ),
      };
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return {
        line: "408 Request Timeout",
        status: new StatusError("Timeout", "the request did not arrive in time"),
      };
    case "HPE_INVALID_METHOD":
      return {
        line: "405 Method Not Allowed",
        status: new StatusError("MethodNotAllowed", "the server does not know this method"),
      };
    default:
      return { line: "400 Bad Request", status: new StatusError("BadRequest", `this is no HTTP request: ${message}`) };
  }
}
