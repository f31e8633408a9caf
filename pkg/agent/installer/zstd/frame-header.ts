import type { ByteReader } from "./byte-reader.ts";

/** What stands before the blocks of a frame (RFC 8878, 3.1.1.1). */
export interface FrameHeader {
  /** As they stand in the archive, the magic number included. */
  readonly bytes: Buffer;
  /** So many of the last bytes must be kept to unpack the next. */
  readonly windowBytes: number;
  readonly contentBytes: number | undefined;
  readonly hasChecksum: boolean;
}

/** Throws for what cannot be unpacked. */
export async function readFrameHeader(magic: Buffer, reader: ByteReader): Promise<FrameHeader> {
  const [descriptor = 0] = await reader.take(1);
  if ((descriptor & 0b1000) !== 0) throw new Error("the header of a frame is of a later version");
  const isSingle = (descriptor & 0b100000) !== 0;
  const dictionaryLength = [0, 1, 2, 4][descriptor & 0b11] ?? 0;
  const sizeLength = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  const window = await reader.take(isSingle ? 0 : 1);
  const dictionary = await reader.take(dictionaryLength);
  if (dictionary.some((byte) => byte !== 0)) throw new Error("it needs a dictionary: pack it without one");
  const size = await reader.take(sizeLength);
  const contentBytes = sizeLength === 0 ? undefined : littleEndian(size) + (sizeLength === 2 ? 256 : 0);
  return {
    bytes: Buffer.concat([magic, Buffer.of(descriptor), window, dictionary, size]),
    windowBytes: isSingle ? (contentBytes ?? 0) : windowSize(window[0] ?? 0),
    contentBytes,
    hasChecksum: (descriptor & 0b100) !== 0,
  };
}

function windowSize(byte: number): number {
  const base = 2 ** (10 + (byte >> 3));
  return base + (base / 8) * (byte & 7);
}

/** Sizes beyond 2^53 are not exact; nothing of such a size is unpacked. */
function littleEndian(bytes: Buffer): number {
  return bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);
}
