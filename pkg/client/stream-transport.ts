import type { Readable } from "node:stream";
import type { SocketTransport } from "./message-socket.ts";
import type { Transport, TransportRequest, TransportResponse } from "./transport.ts";

/** A transport with sockets of its own: bodies are streams in both directions. */
export interface StreamTransport extends Transport, SocketTransport {
  request(request: StreamRequest): Promise<StreamResponse>;
}

export interface StreamRequest extends Omit<TransportRequest, "body"> {
  readonly body?: string | Uint8Array | Readable;
}

export interface StreamResponse extends TransportResponse {
  readonly body: Readable;
}
