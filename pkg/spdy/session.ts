import type { Duplex } from "node:stream";
import { encodeFrame, FrameReader, resetStatus, type SpdyFrame } from "./frames.ts";
import { HeaderPacker, HeaderUnpacker, type SpdyHeaders } from "./header-block.ts";
import { SpdyStream, type StreamOwner } from "./stream.ts";

export interface SpdySessionOptions {
  readonly role: "client" | "server";
  /** Called with each stream that the other end opens; it has to accept or destroy it. Absent: all are refused. */
  readonly onStream?: (stream: SpdyStream) => void;
}

/**
 * Bytes of all streams together that were not read yet. The peers of this protocol know no windows: what bounds a slow
 * reader is that the whole session waits for it.
 */
const maxHeldBytes = 1 << 20;
const maxStreams = 1024;

/**
 * SPDY/3.1 over any duplex of bytes, as much of it as Kubernetes' port-forward uses: streams in both directions, pings
 * answered, no windows, no priorities.
 */
export class SpdySession {
  readonly #connection: Duplex;
  readonly #options: SpdySessionOptions;
  readonly #packer = new HeaderPacker();
  readonly #unpacker = new HeaderUnpacker();
  readonly #streams = new Map<number, SpdyStream>();
  readonly #opening = new Map<number, () => void>();
  readonly #owner: StreamOwner;
  readonly #closed: Promise<void>;
  #nextStream: number;
  #lastPeerStream = 0;
  #isGoing = false;
  #onRelief: (() => void) | undefined;

  constructor(connection: Duplex, options: SpdySessionOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#nextStream = options.role === "client" ? 1 : 2;
    this.#owner = {
      data: (stream, data, isLast) => this.#send({ type: "data", stream, isLast, data }),
      reply: (stream) =>
        void this.#sendQuietly({ type: "synReply", stream, isLast: false, headers: this.#packer.pack({}) }),
      reset: (stream) => void this.#sendQuietly({ type: "reset", stream, status: resetStatus.cancel }),
      forget: (stream) => this.#forget(stream),
      relieved: () => this.#onRelief?.(),
    };
    // The loop meets it too.
    connection.on("error", () => undefined);
    connection.once("close", () => this.#onRelief?.());
    this.#closed = this.#receiveAll();
  }

  /** Resolves when the connection has ended, with its streams; never rejects. */
  get closed(): Promise<void> {
    return this.#closed;
  }

  /** Opens a stream; resolves when the other end has accepted it. */
  async open(headers: SpdyHeaders): Promise<SpdyStream> {
    const id = this.#nextStream;
    this.#nextStream += 2;
    const stream = new SpdyStream(id, headers, this.#owner);
    this.#streams.set(id, stream);
    const accepted = new Promise<void>((resolve, reject) => {
      this.#opening.set(id, resolve);
      stream.once("close", () => reject(stream.errored ?? new Error("the stream was refused")));
    });
    await Promise.all([
      accepted,
      this.#send({ type: "synStream", stream: id, isLast: false, headers: this.#packer.pack(headers) }),
    ]);
    return stream;
  }

  /** Tells the other end that it is over, and ends the connection with all streams. */
  close(): void {
    if (this.#isGoing) return;
    this.#isGoing = true;
    void this.#sendQuietly({ type: "goAway", lastStream: this.#lastPeerStream, status: 0 });
    this.#connection.end();
    this.#breakAll(new Error("the session was closed"));
  }

  async #receiveAll(): Promise<void> {
    const reader = new FrameReader();
    try {
      for await (const chunk of this.#connection) {
        for (const frame of reader.push(chunk as Buffer)) await this.#receive(frame);
        await this.#relief();
      }
      this.#breakAll(new Error("the connection has ended"));
    } catch (error) {
      this.#breakAll(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.#unpacker.close();
      this.#connection.destroy();
    }
  }

  async #receive(frame: SpdyFrame): Promise<void> {
    switch (frame.type) {
      case "data":
        return this.#receiveData(frame);
      case "synStream":
        return this.#accept(frame.stream, await this.#unpacker.unpack(frame.headers), frame.isLast);
      case "synReply":
      case "headers":
        // Also where they say nothing to us: all blocks are one zlib stream.
        await this.#unpacker.unpack(frame.headers);
        this.#opening.get(frame.stream)?.();
        this.#opening.delete(frame.stream);
        if (frame.isLast) this.#streams.get(frame.stream)?.receive(new Uint8Array(0), true);
        return;
      case "reset":
        this.#streams.get(frame.stream)?.break(new Error("the other end broke the stream off"));
        return;
      case "ping":
        // Those with ids of ours would be answers.
        if (frame.id % 2 !== this.#nextStream % 2) await this.#sendQuietly(frame);
        return;
      case "goAway":
        this.#isGoing = true;
        return;
      case "settings":
      case "windowUpdate":
        return;
    }
  }

  #receiveData({ stream: id, data, isLast }: Extract<SpdyFrame, { type: "data" }>): void {
    // What comes for a stream that we broke off was on its way.
    this.#streams.get(id)?.receive(data, isLast);
  }

  #accept(id: number, headers: SpdyHeaders, isLast: boolean): void {
    const isPeers = id % 2 !== this.#nextStream % 2 && id > this.#lastPeerStream;
    if (!isPeers) throw new Error(`stream ${id} is out of order`);
    this.#lastPeerStream = id;
    const { onStream } = this.#options;
    if (onStream === undefined || this.#isGoing || this.#streams.size >= maxStreams) {
      void this.#sendQuietly({ type: "reset", stream: id, status: resetStatus.refusedStream });
      return;
    }
    const stream = new SpdyStream(id, headers, this.#owner);
    this.#streams.set(id, stream);
    if (isLast) stream.receive(new Uint8Array(0), true);
    onStream(stream);
  }

  /** Waits while streams hold more than may be held. */
  async #relief(): Promise<void> {
    while (this.#heldBytes() > maxHeldBytes && !this.#connection.destroyed) {
      await new Promise<void>((resolve) => {
        this.#onRelief = resolve;
      });
    }
    this.#onRelief = undefined;
  }

  #heldBytes(): number {
    let sum = 0;
    for (const { heldBytes } of this.#streams.values()) sum += heldBytes;
    return sum;
  }

  #forget(id: number): void {
    this.#streams.delete(id);
    this.#opening.delete(id);
    this.#onRelief?.();
  }

  #breakAll(error: Error): void {
    for (const stream of [...this.#streams.values()]) stream.break(error);
  }

  /** Resolves when the connection has taken the frame. */
  #send(frame: SpdyFrame): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#connection.write(encodeFrame(frame), (error) => (error ? reject(error) : resolve()));
    });
  }

  /** For what nobody waits for: where the connection is broken, its end says so. */
  #sendQuietly(frame: SpdyFrame): Promise<void> {
    return this.#send(frame).catch(() => undefined);
  }
}
