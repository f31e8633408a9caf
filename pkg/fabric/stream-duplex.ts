import { constants, type Http2Stream } from "node:http2";
import { Duplex } from "node:stream";
import { StatusError } from "../status/index.ts";

/**
 * An HTTP/2 stream as an ordinary duplex. The stream itself calls itself closed as soon as the other end is done, with
 * data still to be read; pipelines, async iteration and web servers then take it for broken off.
 */
export class StreamDuplex extends Duplex {
  readonly #stream: Http2Stream;

  constructor(stream: Http2Stream) {
    super({ allowHalfOpen: true });
    this.#stream = stream;
    stream.on("data", (chunk: Buffer) => {
      if (!this.push(chunk)) stream.pause();
    });
    stream.once("end", () => this.push(null));
    stream.once("error", (error) => this.destroy(error));
    stream.once("close", () => {
      if (!stream.readableEnded) this.destroy(new StatusError("Unreachable", "the connection to the agent has ended"));
    });
  }

  override _read(): void {
    this.#stream.resume();
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#stream.write(chunk, encoding, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    // A request without a body has ended with its head.
    if (this.#stream.writableEnded) done();
    else this.#stream.end(() => done());
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    // Said as what it is: an end in good order reaches the other end only once it has read everything.
    // What has ended in both directions closes by itself: the other end need not be told once more.
    const isDone = error === null && this.readableEnded && this.writableFinished;
    if (!this.#stream.closed && !isDone) this.#stream.close(constants.NGHTTP2_CANCEL);
    if (!isDone) this.#stream.destroy();
    done(error);
  }
}
