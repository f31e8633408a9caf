import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { type ChunkList, digestOfChunk } from "./chunk-list.ts";

/** Chunks that are being filled and written: the disk may be one behind. */
const buffersEach = 2;

/** What came is not the package. */
export class BadChunkError extends Error {
  override readonly name = "BadChunkError";
}

/**
 * The beginning of a package, which grows chunk by chunk. Whatever is in the file has been verified, so that it can be
 * read by others before all is there, and a transfer goes on where another one has ended, whoever it comes from.
 */
export class ChunkedPart {
  readonly list: ChunkList;
  readonly #file: FileHandle;
  readonly #free: Buffer[] = [];
  readonly #growing = new Set<() => void>();
  #bytes: number;
  /** Verified, and perhaps not written yet. */
  #taken: number;
  #chunk: Buffer | undefined;
  #filled = 0;
  #writing: Promise<void> = Promise.resolve();
  #unwritten = 0;
  #failure: unknown;

  private constructor(list: ChunkList, file: FileHandle, bytes: number) {
    this.list = list;
    this.#file = file;
    this.#bytes = bytes;
    this.#taken = bytes;
  }

  /** Takes up the file of an earlier transfer, which holds whole chunks of the same list. */
  static async open(path: string, list: ChunkList): Promise<ChunkedPart> {
    const file = await open(path, "a+", 0o600);
    const { size } = await file.stat();
    // A write that was cut short has left a part of a chunk.
    const bytes = size >= list.size ? 0 : size - (size % list.chunkBytes);
    if (bytes < size) await file.truncate(bytes);
    return new ChunkedPart(list, file, bytes);
  }

  /** So much is on the disk, verified. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Where the next source has to begin. */
  get next(): number {
    return this.#taken;
  }

  get isWhole(): boolean {
    return this.#bytes === this.list.size;
  }

  /** Forgets the part of a chunk that somebody else has sent. */
  begin(): void {
    this.#filled = 0;
  }

  /**
   * Takes bytes that come after those of before. Returns false where the disk is behind: no more should be given before
   * `settled` resolves. Throws BadChunkError; the chunk that it was found in counts as not sent.
   */
  push(data: Buffer): boolean {
    for (let at = 0; at < data.length; ) {
      const wanted = Math.min(this.list.chunkBytes, this.list.size - this.#taken);
      if (wanted === 0) throw new BadChunkError(`more came than the ${this.list.size} bytes of the package`);
      this.#chunk ??= this.#free.pop() ?? Buffer.allocUnsafeSlow(Math.min(this.list.chunkBytes, this.list.size));
      const count = data.copy(this.#chunk, this.#filled, at, at + wanted - this.#filled);
      this.#filled += count;
      at += count;
      if (this.#filled === wanted) this.#keep(this.#chunk, wanted);
    }
    return this.#unwritten < buffersEach;
  }

  /** Resolves when all whole chunks are on the disk. Rejects where they cannot be written. */
  async settled(): Promise<void> {
    await this.#writing;
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Resolves when there is more than `bytes`, or nothing more will come. */
  grown(bytes: number, signal: AbortSignal): Promise<void> {
    if (this.#bytes > bytes || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        this.#growing.delete(done);
        signal.removeEventListener("abort", done);
        resolve();
      };
      this.#growing.add(done);
      signal.addEventListener("abort", done, { once: true });
    });
  }

  async close(): Promise<void> {
    await this.#writing;
    for (const done of this.#growing) done();
    await this.#file.close();
  }

  #keep(chunk: Buffer, length: number): void {
    const index = this.#taken / this.list.chunkBytes;
    const bytes = chunk.subarray(0, length);
    this.#filled = 0;
    const found = createHash("sha256").update(bytes).digest();
    if (!found.equals(digestOfChunk(this.list, index)))
      throw new BadChunkError(`chunk ${index + 1} has sha256:${found.toString("hex")}, which it should not`);
    this.#chunk = undefined;
    const at = this.#taken;
    this.#taken += length;
    this.#unwritten++;
    this.#writing = this.#writing.then(() => this.#write(chunk, length, at));
  }

  async #write(chunk: Buffer, length: number, at: number): Promise<void> {
    try {
      if (this.#failure !== undefined) return;
      await writeAll(this.#file, chunk.subarray(0, length));
      this.#bytes = at + length;
      for (const done of this.#growing) done();
    } catch (error) {
      this.#failure = error;
    } finally {
      this.#unwritten--;
      this.#free.push(chunk);
    }
  }
}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
}
