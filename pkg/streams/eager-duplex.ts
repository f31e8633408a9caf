import { Duplex } from "node:stream";

/** Told of each piece that was read or is written. */
export type BytesObserver = (direction: "sent" | "received", bytes: number) => void;

/**
 * A connection as HTTP/2 needs it. Writes are taken at once and kept until the other end reads them: Node's HTTP/2 does
 * not read while it writes, and with one session at each end, both with much to say, each would wait for the other for
 * ever. What is kept is bounded by the other end's HTTP/2 windows.
 *
 * Nor does it know connections that are half open: once the other end has said all, and that is read, this one is gone.
 * Node would end it in good order, and meet with an assertion whatever a session still writes meanwhile, which ends the
 * process.
 */
export class EagerDuplex extends Duplex {
  readonly #connection: Duplex;
  readonly #onBytes: BytesObserver | undefined;
  #hasEnded = false;

  constructor(connection: Duplex, onBytes?: BytesObserver) {
    super({ allowHalfOpen: true });
    this.#connection = connection;
    this.#onBytes = onBytes;
    connection.on("data", (chunk: Buffer) => {
      onBytes?.("received", chunk.length);
      if (!this.push(chunk)) connection.pause();
    });
    connection.once("end", () => {
      this.#hasEnded = true;
      if (this.readableLength === 0) this.destroy();
    });
    connection.on("error", (error) => this.destroy(error));
    connection.once("close", () => this.destroy());
  }

  override _read(): void {
    this.#connection.resume();
  }

  /** The last that was kept is taken here: `_read` is not asked again for what never comes. */
  override read(size?: number): unknown {
    const chunk: unknown = super.read(size);
    if (this.#hasEnded && this.readableLength === 0) this.destroy();
    return chunk;
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#onBytes?.("sent", chunk.length);
    this.#connection.write(chunk, encoding);
    done();
  }

  /** What HTTP/2 hands over in pieces, each frame's head and body, leaves as one: each write wakes the other end. */
  override _writev(
    pieces: { readonly chunk: Buffer; readonly encoding: BufferEncoding }[],
    done: (error?: Error | null) => void,
  ): void {
    this._write(Buffer.concat(pieces.map(({ chunk }) => chunk)), "binary", done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#connection.end(() => done());
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#connection.destroy();
    done(error);
  }
}
