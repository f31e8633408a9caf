import { createInflate, type Inflate } from "node:zlib";
import { headerDictionary } from "./dictionary.ts";

/** Names are lower case. */
export type SpdyHeaders = Readonly<Record<string, string>>;

/** Unpacked; a stream's headers are a handful of short ones. */
const maxBlockBytes = 64 << 10;

/** zlib: deflate with a 32 KiB window, and the Adler-32 of the dictionary that is needed to read it. */
const zlibHeader = Buffer.from([0x78, 0xbb, 0xe3, 0xc6, 0xa7, 0xc2]);
/** An empty stored block: readers pass on what they have. */
const syncMarker = Buffer.from([0, 0, 0, 0xff, 0xff]);

/**
 * Packs the header blocks of one direction of a session, which are one zlib stream. Nothing is compressed, only stored:
 * a few bytes more on the wire, and no secret can be guessed from a length (CRIME).
 */
export class HeaderPacker {
  #isFirst = true;

  pack(headers: SpdyHeaders): Buffer {
    const block = encodeBlock(headers);
    if (block.length > maxBlockBytes - 1) throw new Error(`headers of ${block.length} bytes are too long`);
    const start = Buffer.alloc(5);
    start.writeUInt16LE(block.length, 1);
    start.writeUInt16LE(~block.length & 0xffff, 3);
    const prefix = this.#isFirst ? [zlibHeader] : [];
    this.#isFirst = false;
    return Buffer.concat([...prefix, start, block, syncMarker]);
  }
}

/** Unpacks the header blocks of one direction of a session; one at a time, in their order. */
export class HeaderUnpacker {
  readonly #inflate: Inflate = createInflate({ dictionary: headerDictionary });
  #parts: Buffer[] = [];
  #size = 0;
  #failure: Error | undefined;
  #settle: ((error: Error | undefined) => void) | undefined;

  constructor() {
    this.#inflate.on("data", (part: Buffer) => {
      this.#size += part.length;
      if (this.#size > maxBlockBytes)
        this.#inflate.destroy(new Error(`headers are longer than ${maxBlockBytes} bytes`));
      else this.#parts.push(part);
    });
    this.#inflate.on("error", (error) => {
      this.#failure = error;
      this.#settle?.(error);
    });
  }

  /** Rejects where the block is damaged or too long; nothing can be unpacked after that. */
  async unpack(packed: Uint8Array): Promise<SpdyHeaders> {
    await new Promise<void>((resolve, reject) => {
      this.#settle = (error) => (error ? reject(error) : resolve());
      if (this.#failure !== undefined) reject(this.#failure);
      // What it unpacks to has come by "data" when this is called.
      else this.#inflate.write(packed, (error) => this.#settle?.(error ?? undefined));
    });
    const block = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#size = 0;
    return decodeBlock(block);
  }

  close(): void {
    this.#inflate.destroy();
  }
}

function encodeBlock(headers: SpdyHeaders): Buffer {
  const entries = Object.entries(headers);
  return Buffer.concat([uint32(entries.length), ...entries.flat().flatMap(encodeText)]);
}

function encodeText(text: string): Buffer[] {
  const bytes = Buffer.from(text, "utf8");
  return [uint32(bytes.length), bytes];
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function decodeBlock(block: Buffer): SpdyHeaders {
  let at = 0;
  const number = (): number => {
    if (at + 4 > block.length) throw new Error("headers are cut short");
    at += 4;
    return block.readUInt32BE(at - 4);
  };
  const text = (): string => {
    const length = number();
    if (at + length > block.length) throw new Error("headers are cut short");
    at += length;
    return block.toString("utf8", at - length, at);
  };
  const headers = new Map<string, string>();
  // Each pair takes eight bytes at least, so an announced billion ends at once.
  for (let left = number(); left > 0; left--) {
    const name = text().toLowerCase();
    headers.set(name, text());
  }
  return Object.fromEntries(headers);
}
