import { Duplex } from "node:stream";
import type { SpdyHeaders } from "./header-block.ts";

/** What a stream needs of its session. */
export interface StreamOwner {
  data(stream: number, data: Uint8Array, isLast: boolean): Promise<void>;
  reply(stream: number): void;
  /** Ends a stream that the other end has not ended. */
  reset(stream: number): void;
  /** The stream was destroyed. */
  forget(stream: number): void;
  /** Bytes that the stream holds back became fewer. */
  relieved(): void;
}

/** What is put into one frame at most: others get their turn between two. */
const chunkBytes = 32 << 10;

/** One stream of a session: bytes in both directions, each of which ends by itself. */
export class SpdyStream extends Duplex {
  readonly id: number;
  readonly headers: SpdyHeaders;
  readonly #owner: StreamOwner;
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #isWanted = false;
  #isEnded = false;
  #isReset = false;

  constructor(id: number, headers: SpdyHeaders, owner: StreamOwner) {
    super({ allowHalfOpen: true });
    this.id = id;
    this.headers = headers;
    this.#owner = owner;
    // Whoever reads or writes meets a failure; one that nobody waits for ends nothing but the stream.
    this.on("error", () => undefined);
  }

  /** Bytes that came and that nobody has read. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Tells the other end that the stream is accepted. */
  accept(): void {
    this.#owner.reply(this.id);
  }

  /** The session's: takes what the other end has sent. */
  receive(data: Uint8Array, isLast: boolean): void {
    if (this.destroyed || this.#isEnded) return;
    this.#isEnded = isLast;
    if (data.length > 0) {
      this.#held.push(data);
      this.#heldBytes += data.length;
    }
    this.#pass();
  }

  /** The session's: the other end, or the whole session, broke the stream off. */
  break(error: Error): void {
    this.#isReset = true;
    this.destroy(error);
  }

  override _read(): void {
    this.#isWanted = true;
    this.#pass();
    this.#owner.relieved();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#send(chunk).then(() => done(), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#owner.data(this.id, new Uint8Array(0), true).then(() => done(), done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const isOver = this.#isEnded && this.writableFinished;
    if (!this.#isReset && !isOver) this.#owner.reset(this.id);
    this.#held = [];
    this.#heldBytes = 0;
    this.#owner.forget(this.id);
    done(error);
  }

  async #send(chunk: Buffer): Promise<void> {
    for (let start = 0; start < chunk.length; start += chunkBytes)
      await this.#owner.data(this.id, chunk.subarray(start, start + chunkBytes), false);
  }

  #pass(): void {
    while (this.#isWanted) {
      const data = this.#held.shift();
      if (data === undefined) break;
      this.#heldBytes -= data.length;
      this.#isWanted = this.push(data);
    }
    if (this.#isEnded && this.#held.length === 0 && this.#isWanted) {
      this.#isWanted = false;
      this.push(null);
    }
  }
}
