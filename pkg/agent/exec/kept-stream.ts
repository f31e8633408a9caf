import { Duplex } from "node:stream";

/** A connection over which a command's frames are read, as far as it is known here. */
export interface CommandConnection {
  /**
   * Takes it at once: what is not acknowledged is bounded by the command's window. False where it takes neither this nor
   * anything more of the command.
   */
  write(frames: Buffer): boolean;
  /** Nothing more will be written. */
  end(): void;
  /** Nobody needs it any more. */
  close(): void;
}

/** What may be printed and not yet received; a command with more to say waits, as at a pipe. */
const windowBytes = 1 << 20;

/**
 * A command's end of a connection that may be lost and replaced by another one: what has not been acknowledged is kept and
 * sent again. Closes when everything has been received, or nobody wants it any more.
 */
export class KeptStream extends Duplex {
  readonly #onDetached: () => void;
  /** Printed and not acknowledged. */
  #kept: Buffer[] = [];
  #keptBytes = 0;
  /** Where in all that was printed `#kept` begins. */
  #start = 0;
  #whenRoom: (() => void) | undefined;
  #isComplete = false;
  #connection: CommandConnection | undefined;

  /** `onDetached`: the connection was lost, and there is no other yet. */
  constructor(onDetached: () => void) {
    super({ allowHalfOpen: true });
    this.#onDetached = onDetached;
  }

  /** Goes on over a connection whose other end has received so many bytes. */
  attach(connection: CommandConnection, received: number): void {
    const former = this.#connection;
    this.#connection = connection;
    former?.close();
    this.acknowledge(received);
    for (const chunk of this.#kept) this.#pass(chunk);
    if (this.#isComplete) this.#connection?.end();
  }

  /** Nothing comes or goes over the connection any more: whoever reads may come back over another one. */
  lose(connection: CommandConnection): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    this.#onDetached();
  }

  /** Whoever reads over the connection wants no more. */
  cancel(connection: CommandConnection): void {
    if (this.#connection === connection) this.destroy();
  }

  acknowledge(received: number): void {
    if (!(received > this.#start && received <= this.#start + this.#keptBytes)) return;
    let drop = received - this.#start;
    this.#start = received;
    this.#keptBytes -= drop;
    while (drop > 0) {
      const [first] = this.#kept;
      if (first === undefined) break;
      if (first.length > drop) this.#kept[0] = first.subarray(drop);
      else this.#kept.shift();
      drop -= Math.min(drop, first.length);
    }
    if (this.#isComplete && this.#keptBytes === 0) this.destroy();
    else this.#makeRoom();
  }

  override _read(): void {
    // It has no input.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#kept.push(chunk);
    this.#keptBytes += chunk.length;
    this.#pass(chunk);
    this.#whenRoom = done;
    this.#makeRoom();
  }

  override _final(done: () => void): void {
    this.#isComplete = true;
    this.#connection?.end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#kept = [];
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.close();
    done(error);
  }

  #pass(chunk: Buffer): void {
    const connection = this.#connection;
    if (connection !== undefined && !connection.write(chunk)) this.lose(connection);
  }

  #makeRoom(): void {
    if (this.#keptBytes >= windowBytes) return;
    const done = this.#whenRoom;
    this.#whenRoom = undefined;
    done?.();
  }
}
