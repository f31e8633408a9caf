import { Duplex } from "node:stream";

/** What is done to what children send: a byte of each piece is changed, or none of them arrives. */
export type Cheat = "honest" | "change" | "drop";

const headerBytes = 9;
const dataFrame = 0;

/**
 * The connection to an agent that cheats on its children: it knows HTTP/2 and finds, among all that it sends upwards,
 * what it relays. Its own words stay as they are.
 */
export class CheatingParent extends Duplex {
  readonly #connection: Duplex;
  readonly #how: () => Cheat;
  readonly #relayed = new Set<number>();
  #rest: Buffer = Buffer.alloc(0);

  constructor(connection: Duplex, how: () => Cheat) {
    super();
    this.#connection = connection;
    this.#how = how;
    connection.on("data", (chunk: Buffer) => this.#take(Buffer.concat([this.#rest, chunk])));
    connection.once("close", () => this.destroy());
    connection.on("error", (error) => this.destroy(error));
  }

  override _read(): void {}

  override _write(chunk: Buffer, encoding: BufferEncoding, done: () => void): void {
    this.#connection.write(chunk, encoding, done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#connection.destroy();
    done(error);
  }

  #take(bytes: Buffer): void {
    let at = 0;
    while (bytes.length - at >= headerBytes) {
      const end = at + headerBytes + bytes.readUIntBE(at, 3);
      if (end > bytes.length) break;
      const frame = this.#cheat(Buffer.from(bytes.subarray(at, end)));
      if (frame !== undefined) this.push(frame);
      at = end;
    }
    this.#rest = bytes.subarray(at);
  }

  #cheat(frame: Buffer): Buffer | undefined {
    if (frame[3] !== dataFrame || frame.length === headerBytes) return frame;
    const stream = frame.readUInt32BE(5);
    // A TLS record: of a handshake, or of what comes after it.
    const [type, major] = frame.subarray(headerBytes);
    if ((type === 0x16 || type === 0x17) && major === 3) this.#relayed.add(stream);
    if (!this.#relayed.has(stream) || this.#how() === "honest") return frame;
    if (this.#how() === "drop") return undefined;
    const last = frame.length - 1;
    frame[last] = (frame[last] ?? 0) ^ 1;
    return frame;
  }
}
