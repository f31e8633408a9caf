import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import type { Clock } from "../clock/index.ts";
import type { PackageFetch } from "../protocol/index.ts";
import type { BlobSource } from "./fabric.ts";

/** What agents need to know of a package to verify it chunk by chunk. */
export type ChunkList = Omit<PackageFetch, "sources">;

const minChunkBytes = 1 << 20;
/** A list has 32 bytes for each chunk, and travels with each order. */
const maxChunks = 4096;
const listsKept = 256;
/** What the server does not have is looked for again after so long. */
const absentMs = 1000;

/** The chunks of packages, each read when it is first asked for. */
export class ChunkLists {
  readonly #blobs: BlobSource;
  readonly #clock: Clock;
  readonly #onRead: () => void;
  readonly #lists = new Map<string, ChunkList>();
  readonly #reading = new Set<string>();
  /** By digest: until when it is not looked for again. */
  readonly #absent = new Map<string, number>();

  /** `onRead`: what was "unread" is not any more. */
  constructor(blobs: BlobSource, clock: Clock, onRead: () => void) {
    this.#blobs = blobs;
    this.#clock = clock;
    this.#onRead = onRead;
  }

  /** absent: the server does not have the package. */
  get(digest: string): ChunkList | "unread" | "absent" {
    const list = this.#lists.get(digest);
    if (list !== undefined) return list;
    if ((this.#absent.get(digest) ?? 0) > this.#clock.monotonic()) return "absent";
    this.#read(digest);
    return "unread";
  }

  #read(digest: string): void {
    if (this.#reading.has(digest)) return;
    this.#reading.add(digest);
    const isAbsent = (): void => {
      this.#absent.set(digest, this.#clock.monotonic() + absentMs);
    };
    this.#blobs
      .open(digest, 0)
      .then(async (blob) => {
        this.#absent.delete(digest);
        if (blob === undefined) isAbsent();
        else this.#keep(await listOf(digest, blob));
      })
      // Whoever sends the package meets it too, and says so.
      .catch(isAbsent)
      .finally(() => {
        this.#reading.delete(digest);
        this.#onRead();
      });
  }

  #keep(list: ChunkList): void {
    this.#lists.set(list.digest, list);
    const [oldest] = this.#lists.keys();
    if (this.#lists.size > listsKept && oldest !== undefined) this.#lists.delete(oldest);
  }
}

async function listOf(
  digest: string,
  { size, stream }: { readonly size: number; readonly stream: Readable },
): Promise<ChunkList> {
  const chunkBytes = chunkBytesFor(size);
  const digests: Buffer[] = [];
  let hash = createHash("sha256");
  let filled = 0;
  for await (const data of stream) {
    for (let rest = data as Buffer; rest.length > 0; ) {
      const bytes = rest.subarray(0, chunkBytes - filled);
      hash.update(bytes);
      filled += bytes.length;
      rest = rest.subarray(bytes.length);
      if (filled < chunkBytes) continue;
      digests.push(hash.digest());
      hash = createHash("sha256");
      filled = 0;
    }
  }
  if (filled > 0) digests.push(hash.digest());
  return { digest, size, chunkBytes, chunks: Buffer.concat(digests).toString("base64") };
}

function chunkBytesFor(size: number): number {
  let bytes = minChunkBytes;
  while (size / bytes > maxChunks) bytes *= 2;
  return bytes;
}
