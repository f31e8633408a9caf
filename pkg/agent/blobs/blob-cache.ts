import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { StatusError } from "../../status/index.ts";
import { freeIn } from "../disk-space.ts";
import { hasCode } from "../error-code.ts";
import { type BlobReader, readComplete, readGrowing } from "./blob-reader.ts";
import type { ChunkList } from "./chunk-list.ts";
import { BadChunkError, ChunkedPart } from "./chunked-part.ts";

export interface BlobCacheOptions {
  readonly directory: string;
  /** Boot identity of the host: what was written before a crash of it has to be looked at again. */
  readonly boot: string;
  readonly quotaBytes: number;
  /** Digests that must stay, whatever the quota. */
  readonly pinned: () => ReadonlySet<string>;
  /** What is kept besides, and goes first where the room is needed for what somebody waits for. */
  readonly besides: {
    bytes(): number;
    /** Returns whether there was any. */
    clear(): Promise<boolean>;
  };
  /** A transfer has got further, ended or failed. */
  readonly onChange: (digest: string) => void;
}

export interface Transfer {
  readonly bytes: number;
  readonly total: number;
  readonly failure?: { readonly reason: "DigestMismatch" | "DiskFull"; readonly message: string };
}

/** Left free on the disk, for ledger and logs. */
const reserveBytes = 16 << 20;
const progressMs = 250;

interface Range {
  readonly offset: number;
  readonly total: number;
  /** Nobody waits for it, and nothing is to be dropped for it. */
  readonly ifRoom?: boolean;
}

/**
 * Packages by digest. One that is complete has been verified; others are resumed where they stopped. Those whose chunks
 * are known are verified chunk by chunk, and can be read before they are complete.
 */
export class BlobCache {
  readonly #options: BlobCacheOptions;
  readonly #complete = new Set<string>();
  readonly #transfers = new Map<string, Transfer>();
  readonly #receiving = new Set<string>();
  #lists: ReadonlyMap<string, ChunkList> = new Map();
  /** Packages that come chunk by chunk now. */
  readonly #parts = new Map<string, ChunkedPart>();
  /** Of those who wait for a package that is to come. */
  readonly #beginning = new Set<() => void>();
  /** Written before the host's last crash or restart, and not read since. */
  readonly #doubtful = new Set<string>();

  constructor(options: BlobCacheOptions) {
    this.#options = options;
  }

  get complete(): ReadonlySet<string> {
    return this.#complete;
  }

  /** Bytes of those. */
  get bytes(): number {
    return [...this.#complete].reduce((sum, digest) => sum + (this.#transfers.get(digest)?.total ?? 0), 0);
  }

  transfer(digest: string): Transfer | undefined {
    return this.#transfers.get(digest);
  }

  async load(): Promise<void> {
    const { directory, boot } = this.#options;
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const marker = join(directory, "boot");
    const isSameBoot = (await readFile(marker, "utf8").catch(() => "")) === boot;
    for (const name of await readdir(directory)) {
      if (isPartial(name) && !isSameBoot) await rm(join(directory, name), { force: true });
      if (!/^[0-9a-f]{64}$/.test(name)) continue;
      this.#complete.add(`sha256:${name}`);
      const { size } = await stat(join(directory, name));
      this.#transfers.set(`sha256:${name}`, { bytes: size, total: size });
      if (!isSameBoot) this.#doubtful.add(`sha256:${name}`);
    }
    if (!isSameBoot) await writeFile(marker, boot, { mode: 0o600 });
  }

  /** What the chunks of packages have to be, of all that are to come chunk by chunk. */
  expect(lists: ReadonlyMap<string, ChunkList>): void {
    this.#lists = lists;
  }

  /** How much of a blob is here; undefined where nothing is. */
  async size(digest: string): Promise<{ readonly bytes: number; readonly complete: boolean } | undefined> {
    const complete = this.#complete.has(digest);
    const list = this.#lists.get(digest);
    if (!complete && list !== undefined) return this.#sizeOfPart(digest, list);
    const found = await stat(complete ? this.#path(digest) : this.#partial(digest)).catch(() => undefined);
    return found && { bytes: found.size, complete };
  }

  async #sizeOfPart(digest: string, list: ChunkList) {
    const found = await stat(this.#chunked(digest)).catch(() => undefined);
    if (found === undefined) return undefined;
    return { bytes: found.size >= list.size ? 0 : found.size - (found.size % list.chunkBytes), complete: false };
  }

  /**
   * Takes bytes from `offset` on; returns whether the blob is complete and verified now. Throws Conflict (another
   * transfer is under way, or offset is not where the last one stopped), Invalid (wrong digest; all of it is dropped, or
   * the chunk that is wrong), DiskFullError.
   */
  async receive(digest: string, range: Range, source: Readable): Promise<boolean> {
    const list = this.#lists.get(digest);
    if (list !== undefined) return this.receiveChunks(digest, list, range, (part) => pour(source, range, part));
    return this.#receive(digest, range, async () => {
      const have = (await this.size(digest))?.bytes ?? 0;
      // From the start again is always possible; anything else only where the last transfer stopped.
      if (range.offset !== 0 && range.offset !== have)
        throw new StatusError("Conflict", `${have} bytes are here, not ${range.offset}`);
      await this.#checkDisk(digest, range.total - range.offset, range.ifRoom);
      const { bytes, hash } = await this.#write(digest, range, source);
      if (bytes < range.total) return false;
      await this.#finish(digest, range.total, hash);
      return true;
    });
  }

  /**
   * Has `fill` bring what is missing of a blob, from wherever; returns whether it is complete then. What it has brought
   * stays where it rejects.
   */
  async receiveChunks(
    digest: string,
    list: ChunkList,
    { ifRoom = false }: Pick<Range, "ifRoom">,
    fill: (part: ChunkedPart) => Promise<void>,
  ): Promise<boolean> {
    return this.#receive(digest, { total: list.size, ifRoom }, async () => {
      const part = await ChunkedPart.open(this.#chunked(digest), list);
      this.#parts.set(digest, part);
      for (const look of this.#beginning) look();
      const stop = this.#watchProgress(digest, part);
      try {
        await this.#checkDisk(digest, list.size - part.bytes, ifRoom);
        await fill(part);
        await part.settled();
      } catch (error) {
        throw hasCode(error, "ENOSPC") ? this.#diskFull(digest, list.size) : error;
      } finally {
        stop();
        this.#parts.delete(digest);
        await part.close();
        this.#transfers.set(digest, { ...this.#transfers.get(digest), bytes: part.bytes, total: list.size });
      }
      if (!part.isWhole) return false;
      await this.#keep(digest, this.#chunked(digest), list.size);
      return true;
    });
  }

  /**
   * The blob, or as much of it as has been verified; undefined where nothing is here and, until `signal`, nothing of it has
   * come. To be closed.
   */
  async reader(digest: string, signal: AbortSignal): Promise<BlobReader | undefined> {
    const path = await this.use(digest);
    if (path !== undefined) return readComplete(path);
    if (!this.#parts.has(digest) && this.#lists.has(digest)) await this.#begun(digest, signal);
    const part = this.#parts.get(digest);
    return part === undefined ? undefined : readGrowing(this.#chunked(digest), part);
  }

  #begun(digest: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!this.#parts.has(digest) && !signal.aborted) return;
        this.#beginning.delete(look);
        signal.removeEventListener("abort", look);
        resolve();
      };
      this.#beginning.add(look);
      signal.addEventListener("abort", look, { once: true });
      look();
    });
  }

  async #receive(
    digest: string,
    { total, ifRoom = false }: Pick<Range, "total" | "ifRoom">,
    task: () => Promise<boolean>,
  ): Promise<boolean> {
    if (this.#complete.has(digest)) return true;
    if (this.#receiving.has(digest)) throw new StatusError("Conflict", `${digest} is being sent already`);
    this.#receiving.add(digest);
    try {
      if (ifRoom) this.#checkQuota(total);
      else await this.#evict(digest, { coming: total });
      return await task();
    } finally {
      this.#receiving.delete(digest);
      this.#options.onChange(digest);
    }
  }

  /** Tells how far a package is, while it comes. */
  #watchProgress(digest: string, part: ChunkedPart): () => void {
    const tell = (): void => {
      if (this.#transfers.get(digest)?.bytes === part.bytes) return;
      this.#transfers.set(digest, { bytes: part.bytes, total: part.list.size });
      this.#options.onChange(digest);
    };
    const timer = setInterval(tell, progressMs);
    return () => clearInterval(timer);
  }

  /** Path of a complete blob, marked as used now; undefined where it is not (or was damaged, and is dropped). */
  async use(digest: string): Promise<string | undefined> {
    if (!this.#complete.has(digest)) return undefined;
    const path = this.#path(digest);
    if (this.#doubtful.has(digest) && (await digestOf(path).catch(() => "")) !== digest) {
      await this.#drop(digest);
      return undefined;
    }
    this.#doubtful.delete(digest);
    const now = new Date();
    await utimes(path, now, now).catch(() => undefined);
    return path;
  }

  async #write(
    digest: string,
    range: { offset: number; total: number },
    source: Readable,
  ): Promise<{ bytes: number; hash: Hash | undefined }> {
    const file = await open(this.#partial(digest), range.offset === 0 ? "w" : "a", 0o600);
    // A transfer in one piece is hashed as it comes, one in several is read again at its end.
    const hash = range.offset === 0 ? createHash("sha256") : undefined;
    let bytes = range.offset;
    let toldAt = 0;
    try {
      for await (const chunk of source) {
        const data = chunk as Buffer;
        if (bytes + data.length > range.total)
          throw new StatusError("Invalid", `more than the announced ${range.total} bytes`);
        hash?.update(data);
        await file.write(data);
        bytes += data.length;
        this.#transfers.set(digest, { bytes, total: range.total });
        if (performance.now() - toldAt > progressMs) {
          toldAt = performance.now();
          this.#options.onChange(digest);
        }
      }
    } catch (error) {
      if (hasCode(error, "ENOSPC")) throw this.#diskFull(digest, range.total);
      throw error;
    } finally {
      await file.close();
    }
    return { bytes, hash };
  }

  async #finish(digest: string, total: number, hash: Hash | undefined): Promise<void> {
    const found = hash === undefined ? await digestOf(this.#partial(digest)) : `sha256:${hash.digest("hex")}`;
    if (found !== digest) {
      await rm(this.#partial(digest), { force: true });
      const message = `the package has ${found}, not ${digest}`;
      this.#transfers.set(digest, { bytes: 0, total, failure: { reason: "DigestMismatch", message } });
      throw new StatusError("Invalid", message);
    }
    await this.#keep(digest, this.#partial(digest), total);
  }

  async #keep(digest: string, path: string, total: number): Promise<void> {
    await rename(path, this.#path(digest));
    this.#complete.add(digest);
    this.#transfers.set(digest, { bytes: total, total });
    await this.#evict(digest);
  }

  #checkQuota(wanted: number): void {
    const { besides, quotaBytes } = this.#options;
    if (this.bytes + besides.bytes() + wanted > quotaBytes)
      throw new DiskFullError(`the cache has no room for ${wanted} bytes`);
  }

  /** What nobody waits for makes room, whatever the quota; first what is easily made again. */
  async #checkDisk(digest: string, wanted: number, ifRoom = false): Promise<void> {
    const { directory, besides } = this.#options;
    const missing = async (): Promise<number> => wanted + reserveBytes - (await freeIn(directory));
    let bytes = await missing();
    if (bytes > 0 && !ifRoom && (await besides.clear())) bytes = await missing();
    if (bytes <= 0) return;
    if (!ifRoom) await this.#evict(digest, { coming: wanted, missing: bytes });
    if ((await missing()) > 0) throw this.#diskFull(digest, wanted);
  }

  #diskFull(digest: string, total: number): DiskFullError {
    const message = `no room for ${total} bytes on the disk of ${this.#options.directory}`;
    const bytes = this.#transfers.get(digest)?.bytes ?? 0;
    this.#transfers.set(digest, { bytes, total, failure: { reason: "DiskFull", message } });
    return new DiskFullError(message);
  }

  /**
   * What is kept besides, beginnings that nobody adds to, then the least recently used, until the quota holds with what is
   * coming and so many bytes more are free as are missing.
   */
  async #evict(newest: string, { coming = 0, missing = 0 } = {}): Promise<void> {
    const { pinned, besides, quotaBytes } = this.#options;
    if (missing > 0 || this.bytes + besides.bytes() + coming > quotaBytes) await besides.clear();
    const kept = pinned();
    await this.#dropPartials(kept);
    const found = await Promise.all(
      [...this.#complete].map(async (digest) => ({
        digest,
        stat: await stat(this.#path(digest)).catch(() => undefined),
      })),
    );
    const byAge = found.sort((left, right) => (left.stat?.mtimeMs ?? 0) - (right.stat?.mtimeMs ?? 0));
    let total = byAge.reduce((sum, blob) => sum + (blob.stat?.size ?? 0), 0);
    const limit = Math.min(quotaBytes - coming, total - missing);
    for (const { digest, stat: file } of byAge) {
      if (total <= limit) return;
      if (digest === newest || kept.has(digest)) continue;
      await this.#drop(digest);
      total -= file?.size ?? 0;
    }
  }

  async #dropPartials(pinned: ReadonlySet<string>): Promise<void> {
    const { directory } = this.#options;
    for (const name of await readdir(directory)) {
      const digest = `sha256:${name.slice(0, name.indexOf("."))}`;
      const isUsed = this.#receiving.has(digest) || pinned.has(digest);
      if (isPartial(name) && !isUsed) await rm(join(directory, name), { force: true });
    }
  }

  async #drop(digest: string): Promise<void> {
    this.#complete.delete(digest);
    this.#doubtful.delete(digest);
    this.#transfers.delete(digest);
    await rm(this.#path(digest), { force: true });
    this.#options.onChange(digest);
  }

  #path(digest: string): string {
    return join(this.#options.directory, digest.slice("sha256:".length));
  }

  /** Comes as a whole: nothing is known of what is in it. */
  #partial(digest: string): string {
    return `${this.#path(digest)}.part`;
  }

  /** Comes chunk by chunk: all of it has been verified. */
  #chunked(digest: string): string {
    return `${this.#path(digest)}.chunks`;
  }
}

function isPartial(name: string): boolean {
  return name.endsWith(".part") || name.endsWith(".chunks");
}

/** What the server sends, into a package of which the chunks are known. */
async function pour(source: Readable, { offset, total }: Range, part: ChunkedPart): Promise<void> {
  if (total !== part.list.size) throw new StatusError("Invalid", `${total} bytes, not ${part.list.size}`);
  if (offset !== part.bytes) throw new StatusError("Conflict", `${part.bytes} bytes are here, not ${offset}`);
  try {
    for await (const data of source) if (!part.push(data as Buffer)) await part.settled();
  } catch (error) {
    throw error instanceof BadChunkError ? new StatusError("Invalid", error.message, { cause: error }) : error;
  }
}

/** There is no room on the disk. */
export class DiskFullError extends Error {
  override readonly name = "DiskFullError";
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return `sha256:${hash.digest("hex")}`;
}
