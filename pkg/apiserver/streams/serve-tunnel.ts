import { type Duplex, pipeline } from "node:stream";
import { duplexOf, type MessageSocket } from "../../client/index.ts";
import { SpdySession, type SpdyStream } from "../../spdy/index.ts";
import { StatusError } from "../../status/index.ts";

/** Opens a connection to a port; rejects with a StatusError whose text is told to the client. */
export type OpenPort = (port: string) => Promise<Duplex>;

/**
 * Port-forward as kubectl 1.31 and later speaks it: SPDY/3.1 within a WebSocket. The client opens two streams for each
 * connection, with equal headers port and requestid: streamtype error, on which a failure is told, and data. Resolves
 * when the client has gone.
 */
export async function serveTunnel(socket: MessageSocket, openPort: OpenPort): Promise<void> {
  const pairs = new StreamPairs((pair) => void forward(pair, openPort));
  const session = new SpdySession(duplexOf(socket), { role: "server", onStream: (stream) => pairs.add(stream) });
  await session.closed;
}

interface Pair {
  readonly port: string;
  readonly error: SpdyStream;
  readonly data: SpdyStream;
}

/** Streams whose other one has not come yet. */
class StreamPairs {
  readonly #waiting = new Map<string, SpdyStream>();
  readonly #onPair: (pair: Pair) => void;

  constructor(onPair: (pair: Pair) => void) {
    this.#onPair = onPair;
  }

  add(stream: SpdyStream): void {
    const { streamtype: type, port = "", requestid = "" } = stream.headers;
    if ((type !== "error" && type !== "data") || port === "") {
      stream.destroy();
      return;
    }
    stream.accept();
    const key = `${requestid} ${port} `;
    const otherKey = key + (type === "error" ? "data" : "error");
    const other = this.#waiting.get(otherKey);
    if (other === undefined) {
      this.#waiting.set(key + type, stream);
      stream.once("close", () => this.#waiting.delete(key + type));
      return;
    }
    this.#waiting.delete(otherKey);
    this.#onPair(type === "error" ? { port, error: stream, data: other } : { port, error: other, data: stream });
  }
}

async function forward({ port, error, data }: Pair, openPort: OpenPort): Promise<void> {
  // Nothing comes on it, and its end need not be waited for.
  error.resume();
  let connection: Duplex;
  try {
    connection = await openPort(port);
  } catch (caught) {
    error.end(`error forwarding port ${port}: ${StatusError.from(caught).message}`);
    data.end();
    data.resume();
    return;
  }
  // Each direction ends by itself; the client waits for the end of the error stream when both have.
  let open = 2;
  const ended = (): void => {
    if (--open === 0) error.end();
  };
  pipeline(data, connection, ended);
  pipeline(connection, data, ended);
}
