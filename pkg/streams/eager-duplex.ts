import { Duplex } from "node:stream";

/** Told of each piece that was read or is written. */
export type BytesObserver = (direction: "sent" | "received", bytes: number) => void;

/** What is held back until the end of a turn; more leaves at once. */
const heldBytes = 64 << 10;

/**
 * A connection as HTTP/2 needs it. Writes are taken at once and kept until the other end reads them: Node's HTTP/2 does
 * not read while it writes, and with one session at each end, both with much to say, each would wait for the other for
 * ever. What is kept is bounded by the other end's HTTP/2 windows. All that is written in one turn of the event loop
 * leaves as one: HTTP/2 hands over each frame by itself, and each write wakes the other end.
 *
 * Nor does it know connections that are half open: once the other end has said all, and that is read, this one is gone.
 * Node would end it in good order, and meet with an assertion whatever a session still writes meanwhile, which ends the
 * process.
 */
export class EagerDuplex extends Duplex {
  readonly #connection: Duplex;
  readonly #onBytes: BytesObserver | undefined;
  #held: Buffer[] = [];
  #heldBytes = 0;
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

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#hold(chunk);
    done();
  }

  override _writev(pieces: { readonly chunk: Buffer }[], done: (error?: Error | null) => void): void {
    for (const { chunk } of pieces) this.#hold(chunk);
    done();
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#release();
    this.#connection.end(() => done());
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#release();
    this.#connection.destroy();
    done(error);
  }

  #hold(chunk: Buffer): void {
    this.#onBytes?.("sent", chunk.length);
    if (this.#held.push(chunk) === 1) setImmediate(() => this.#release());
    this.#heldBytes += chunk.length;
    if (this.#heldBytes >= heldBytes) this.#release();
  }

  #release(): void {
    const [first, ...others] = this.#held;
    if (first === undefined) return;
    const bytes = others.length === 0 ? first : Buffer.concat(this.#held, this.#heldBytes);
    this.#held = [];
    this.#heldBytes = 0;
    if (!this.#connection.destroyed) this.#connection.write(bytes);
  }
}
