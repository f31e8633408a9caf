import type { Duplex, Readable } from "node:stream";
import type { Transport, TransportRequest, TransportResponse } from "./transport.ts";

/** A transport with sockets of its own: bodies are streams in both directions, and a connection may change its protocol. */
export interface StreamTransport extends Transport {
  request(request: StreamRequest): Promise<StreamResponse>;
  /** Asks for another protocol on the connection; resolves with it after 101, rejects with the server's StatusError. */
  upgrade(request: TransportRequest, protocol: string): Promise<Duplex>;
}

export interface StreamRequest extends Omit<TransportRequest, "body"> {
  readonly body?: string | Uint8Array | Readable;
}

export interface StreamResponse extends TransportResponse {
  readonly body: Readable;
}
