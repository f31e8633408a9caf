import type { Duplex, Readable } from "node:stream";

/** How requests reach a server. HTTPS here; tests and the server itself may bring their own. */
export interface Transport {
  /** Resolves with whatever the server answers, errors included. Rejects with StatusError where there is no answer. */
  request(request: TransportRequest): Promise<TransportResponse>;
  /** Asks for another protocol on the connection; resolves with it after 101, rejects with the server's StatusError. */
  upgrade(request: TransportRequest, protocol: string): Promise<Duplex>;
  /** Ends idle connections; streams under way are cut. */
  close(): void;
}

export interface TransportRequest {
  readonly method: string;
  /** From "/" on, query included. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | Readable;
  readonly signal?: AbortSignal;
}

export interface TransportResponse {
  readonly status: number;
  /** Lower-case names; Warning lines are separate. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly warnings: readonly string[];
  readonly body: Readable;
}
