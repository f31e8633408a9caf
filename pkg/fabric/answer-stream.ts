import type { ClientHttp2Stream } from "node:http2";

/** What may wait for an agent that does not read: more is left to documents. */
const maxWaitingBytes = 65_536;

/**
 * One request that stays open and carries early answers, a write for each: no request, no head and no reply for any of
 * them. It is opened by the first. An agent that does not know the route, or ends the request, is told no more this way.
 */
export class AnswerStream {
  readonly #open: () => ClientHttp2Stream;
  #stream: ClientHttp2Stream | undefined;
  #isOver = false;

  constructor(open: () => ClientHttp2Stream) {
    this.#open = open;
  }

  /** False once the agent has let it be known that it takes none. */
  get isTaken(): boolean {
    return !this.#isOver;
  }

  /** Sends a line, and waits for nothing. What cannot be sent is lost. */
  send(line: Buffer): void {
    if (this.#isOver) return;
    this.#stream ??= this.#start();
    if (this.#stream.writableLength < maxWaitingBytes) this.#stream.write(line);
  }

  #start(): ClientHttp2Stream {
    const stream = this.#open();
    const end = (): void => {
      this.#isOver = true;
    };
    stream.once("response", (headers) => {
      if (headers[":status"] === 200) return;
      end();
      stream.close();
    });
    stream.on("error", end);
    stream.once("close", end);
    // Its end is not seen before somebody reads.
    stream.resume();
    return stream;
  }
}
