import { Decompress } from "fzstd";
import { ByteReader } from "./byte-reader.ts";
import { type FrameHeader, readFrameHeader } from "./frame-header.ts";
import { XxHash64 } from "./xxhash64.ts";

/**
 * What is kept to look back at. zstd needs so much up to level 20 without `--long`; the decoder takes it at once, up to
 * 2 GiB where it is not asked before, and moves all of it for every block.
 */
const maxWindowBytes = 32 << 20;
const maxBlockBytes = 128 << 10;

const magicNumber = 0xfd2fb528;
/** The last digit is free. */
const skippableNumber = 0x184d2a50;

/**
 * Unpacks a Zstandard stream block by block, with no more than its window and one block in memory. Throws where the
 * stream is cut off, is not what its checksum says, or wants more than is given to it. The frames are walked here, as
 * the decoder keeps all input that ends where a block does, and looks neither at checksums nor at sizes.
 *
 * Twenty bytes that were made for it keep the decoder busy for minutes, without a pause: for a process of its own.
 */
export async function* unzstd(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const reader = new ByteReader(source);
  do {
    const magic = await reader.take(4);
    const number = magic.readUInt32LE();
    if (number === magicNumber) yield* frame(await readFrameHeader(magic, reader), reader);
    else if (number >>> 4 === skippableNumber >>> 4) await reader.skip((await reader.take(4)).readUInt32LE());
    else throw new Error("it is no zstd archive");
  } while (!(await reader.isAtEnd()));
}

async function* frame(header: FrameHeader, reader: ByteReader): AsyncGenerator<Buffer> {
  refuseWindow(header.windowBytes);
  const checksum = new XxHash64();
  let length = 0;
  for await (const part of blocks(header, reader)) {
    if (header.hasChecksum) checksum.update(part);
    length += part.length;
    yield part;
  }
  if (header.contentBytes !== undefined && header.contentBytes !== length)
    throw new Error(`the archive is damaged: ${length} bytes came out of a frame of ${header.contentBytes}`);
  if (header.hasChecksum && (await reader.take(4)).readUInt32LE() !== checksum.lowerHalf())
    throw new Error("the archive is damaged: it is not what its checksum says");
}

function refuseWindow(bytes: number): void {
  if (bytes <= maxWindowBytes) return;
  const mebi = (value: number): string => `${Math.ceil(value / 2 ** 20)} MiB`;
  throw new Error(
    `it needs a window of ${mebi(bytes)}, and ${mebi(maxWindowBytes)} are given: pack it without --long, at level 20 or less`,
  );
}

async function* blocks(header: FrameHeader, reader: ByteReader): AsyncGenerator<Buffer> {
  const unpacked: Uint8Array[] = [];
  const decoder = new Decompress((part) => unpacked.push(part));
  let head = await reader.take(3);
  push(decoder, Buffer.concat([header.bytes, head]));
  for (;;) {
    const { size, isLast } = readBlockHeader(head, header.windowBytes);
    const body = await reader.take(size);
    // With the head of the next, as the decoder would never let go of input that ends with a block. It skips the
    // checksum, which is looked at above.
    head = isLast ? Buffer.alloc(header.hasChecksum ? 4 : 0) : await reader.take(3);
    push(decoder, Buffer.concat([body, head]), isLast);
    for (const part of unpacked.splice(0)) {
      if (part.length > 0) yield Buffer.from(part.buffer, part.byteOffset, part.byteLength);
    }
    if (isLast) return;
  }
}

interface Block {
  /** Of what stands in the archive. */
  readonly size: number;
  readonly isLast: boolean;
}

function readBlockHeader(head: Buffer, windowBytes: number): Block {
  const bits = head.readUIntLE(0, 3);
  const size = bits >>> 3;
  if (size > Math.min(windowBytes, maxBlockBytes)) throw new Error("the archive is damaged: a block is too large");
  // One byte that is repeated.
  const isRun = ((bits >>> 1) & 0b11) === 1;
  return { size: isRun ? 1 : size, isLast: (bits & 1) === 1 };
}

function push(decoder: Decompress, bytes: Buffer, isLast = false): void {
  try {
    decoder.push(bytes, isLast);
  } catch (error) {
    throw new Error(`the archive is damaged: ${error instanceof Error ? error.message : String(error)}`);
  }
}
