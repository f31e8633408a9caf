/** How requests reach a server: through Node's sockets (https-transport.ts), or through fetch (fetch-transport.ts). */
export interface Transport {
  /** Resolves with whatever the server answers, errors included. Rejects with StatusError where there is no answer. */
  request(request: TransportRequest): Promise<TransportResponse>;
  /**
   * Lines of a watch, where there is a better way to them than an answer's body. Ends as the answer would; rejects with
   * StatusError.
   */
  watch?(request: Pick<TransportRequest, "path" | "signal">): Promise<AsyncIterable<string>>;
  /** Ends idle connections; streams under way are cut. */
  close(): void;
}

export interface TransportRequest {
  readonly method: string;
  /** From "/" on, query included. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal;
}

export interface TransportResponse {
  readonly status: number;
  /** Lower-case names; Warning lines are separate. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly warnings: readonly string[];
  /** To be read once; ending the iteration ends the stream. */
  readonly body: AsyncIterable<Uint8Array>;
}
