import type { Duplex, Readable } from "node:stream";
import type { SocketTransport } from "./message-socket.ts";
import type { Transport, TransportRequest, TransportResponse } from "./transport.ts";

/** A transport with sockets of its own: bodies are streams in both directions. */
export interface StreamTransport extends Transport, SocketTransport {
  request(request: StreamRequest): Promise<StreamResponse>;
  /** Asks for another protocol, as the headers say, on a connection of its own. */
  upgrade(request: Omit<StreamRequest, "body">): Promise<Upgraded>;
}

/** The answer to who asks for another protocol. */
export interface Upgraded {
  readonly response: StreamResponse;
  /** Where the server agrees: what is spoken from here on. */
  readonly connection?: {
    readonly socket: Duplex;
    /** Came together with the answer. */
    readonly head: Buffer;
  };
}

export interface StreamRequest extends Omit<TransportRequest, "body"> {
  readonly body?: string | Uint8Array | Readable;
}

export interface StreamResponse extends TransportResponse {
  readonly body: Readable;
}
