import { Duplex } from "node:stream";
import { channel, FrameDecoder } from "../../protocol/index.ts";

/** A connection over which a command's frames are read, as far as it is known here. */
export interface CommandConnection {
  readonly stream: Duplex;
  /** False where whoever reads has cancelled, and could have read on. */
  readonly isLinkLost: () => boolean;
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

  get isAttached(): boolean {
    return this.#connection !== undefined;
  }

  /** Goes on over a connection whose other end has received so many bytes. */
  attach(connection: CommandConnection, received: number): void {
    const former = this.#connection;
    this.#connection = connection;
    former?.stream.destroy();
    this.acknowledge(received);
    const { stream } = connection;
    const decoder = new FrameDecoder();
    stream.on("data", (chunk: Buffer) => {
      try {
        for (const { channel: id, payload } of decoder.push(chunk))
          if (id === channel.received) this.acknowledge(Number(Buffer.from(payload).toString("latin1")));
      } catch {
        stream.destroy();
      }
    });
    stream.once("close", () => this.#lost(connection));
    for (const chunk of this.#kept) stream.write(chunk);
    if (this.#isComplete) stream.end();
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
    // Bounded by the window: nothing needs to wait for the connection besides.
    this.#connection?.stream.write(chunk);
    this.#whenRoom = done;
    this.#makeRoom();
  }

  override _final(done: () => void): void {
    this.#isComplete = true;
    this.#connection?.stream.end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#kept = [];
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection?.stream.writableEnded === false) connection.stream.destroy();
    done(error);
  }

  #makeRoom(): void {
    if (this.#keptBytes >= windowBytes) return;
    const done = this.#whenRoom;
    this.#whenRoom = undefined;
    done?.();
  }

  #lost(connection: CommandConnection): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    if (connection.isLinkLost()) this.#onDetached();
    else this.destroy();
  }
}
