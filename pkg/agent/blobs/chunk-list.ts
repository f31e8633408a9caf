import type { PackageFetch } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";

const digestBytes = 32;
/** Chunks are held in memory while they come. */
const maxChunkBytes = 64 << 20;

/** What each chunk of a package has to be. */
export interface ChunkList {
  readonly size: number;
  readonly chunkBytes: number;
  /** sha256 of each, one after the other. */
  readonly digests: Buffer;
}

/** Throws Invalid where sizes and digests do not agree. */
export function decodeChunkList({ size, chunkBytes, chunks }: Omit<PackageFetch, "sources" | "digest">): ChunkList {
  const digests = Buffer.from(chunks, "base64");
  const isSound = Number.isSafeInteger(size) && size >= 0 && chunkBytes > 0 && chunkBytes <= maxChunkBytes;
  if (!isSound || digests.length !== Math.ceil(size / chunkBytes) * digestBytes)
    throw new StatusError("Invalid", "size and chunks of a package do not agree");
  return { size, chunkBytes, digests };
}

/** Of the chunk with this number. */
export function digestOfChunk({ digests }: ChunkList, index: number): Buffer {
  return digests.subarray(index * digestBytes, (index + 1) * digestBytes);
}
