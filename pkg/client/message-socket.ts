/** A WebSocket, Node's or a browser's, as far as binary messages go. */
export interface MessageSocket {
  /** The subprotocol that the server chose; "" where it chose none. */
  readonly protocol: string;
  /** Resolves when the connection has ended, however it did. */
  readonly closed: Promise<void>;
  /** Resolves when more may be sent; rejects where the connection has ended. */
  send(message: Uint8Array): Promise<void>;
  /** To be read once; ends with the connection. In Node the sender waits for a slow reader. */
  messages(): AsyncGenerator<Uint8Array>;
  /** Ends the connection once what was sent is gone. */
  close(): void;
}

export interface SocketRequest {
  /** From "/" on, query included. */
  readonly path: string;
  /** Subprotocols, the best first. */
  readonly protocols: readonly string[];
  /** Ends the attempt, and the connection. */
  readonly signal?: AbortSignal;
}

/** How WebSockets to a server are opened. */
export interface SocketTransport {
  /** Rejects with the server's StatusError where it refuses; a browser does not tell it, and it is Unreachable there. */
  connect(request: SocketRequest): Promise<MessageSocket>;
}
