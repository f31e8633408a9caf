import { type Duplex, pipeline } from "node:stream";
import { duplexOf, type SocketTransport } from "../../client/index.ts";
import { tunnelProtocol } from "../../protocol/index.ts";
import { SpdySession, type SpdyStream } from "../../spdy/index.ts";

/** Connections to ports of one target, over one WebSocket, as kubectl makes them. */
export class Tunnel {
  readonly #session: SpdySession;
  #requests = 0;

  private constructor(session: SpdySession) {
    this.#session = session;
  }

  /** `path`: of a portforward subresource. Rejects with the server's StatusError where it refuses. */
  static async open(transport: SocketTransport, path: string, signal: AbortSignal): Promise<Tunnel> {
    const socket = await transport.connect({ path, protocols: [tunnelProtocol], signal });
    return new Tunnel(new SpdySession(duplexOf(socket), { role: "client" }));
  }

  /** Resolves when the connection to the server has ended. */
  get closed(): Promise<void> {
    return this.#session.closed;
  }

  /**
   * Joins a local connection with a port of the target. Resolves when both directions have ended, with what the server
   * says was wrong, or undefined.
   */
  async join(local: Duplex, port: string): Promise<string | undefined> {
    const requestid = String(this.#requests++);
    const error = await this.#session.open({ streamtype: "error", port, requestid });
    // Failures come on it, and nothing goes.
    error.end();
    const data = await this.#session.open({ streamtype: "data", port, requestid });
    const told = readText(error);
    let open = 2;
    await new Promise<void>((resolve) => {
      const ended = (): void => {
        if (--open === 0) resolve();
      };
      pipeline(local, data, ended);
      pipeline(data, local, ended);
      // A client here that waits for an answer must not do so when none will come.
      void told.then((text) => text !== "" && local.destroy());
    });
    const text = await told;
    return text === "" ? undefined : text;
  }

  close(): void {
    this.#session.close();
  }
}

async function readText(stream: SpdyStream): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of stream) chunks.push(chunk as Buffer);
  } catch {
    // Broken off: what came is all that will be told.
  }
  return Buffer.concat(chunks).toString("utf8");
}
