import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { StatusError } from "../../status/index.ts";
import { freeIn } from "../disk-space.ts";
import { hasCode } from "../error-code.ts";

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

/** Packages by digest. One that is complete has been verified; others are resumed where they stopped. */
export class BlobCache {
  readonly #options: BlobCacheOptions;
  readonly #complete = new Set<string>();
  readonly #transfers = new Map<string, Transfer>();
  readonly #receiving = new Set<string>();
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
      if (name.endsWith(".part") && !isSameBoot) await rm(join(directory, name), { force: true });
      if (!/^[0-9a-f]{64}$/.test(name)) continue;
      this.#complete.add(`sha256:${name}`);
      const { size } = await stat(join(directory, name));
      this.#transfers.set(`sha256:${name}`, { bytes: size, total: size });
      if (!isSameBoot) this.#doubtful.add(`sha256:${name}`);
    }
    if (!isSameBoot) await writeFile(marker, boot, { mode: 0o600 });
  }

  /** How much of a blob is here; undefined where nothing is. */
  async size(digest: string): Promise<{ readonly bytes: number; readonly complete: boolean } | undefined> {
    const complete = this.#complete.has(digest);
    const found = await stat(complete ? this.#path(digest) : this.#partial(digest)).catch(() => undefined);
    return found && { bytes: found.size, complete };
  }

  /**
   * Takes bytes from `offset` on; returns whether the blob is complete and verified now. Throws Conflict (another
   * transfer is under way, or offset is not where the last one stopped), Invalid (wrong digest; all of it is dropped),
   * DiskFullError. `ifRoom`: nobody waits for it, and nothing is to be dropped for it.
   */
  async receive(
    digest: string,
    range: { offset: number; total: number; ifRoom?: boolean },
    source: Readable,
  ): Promise<boolean> {
    if (this.#complete.has(digest)) return true;
    if (this.#receiving.has(digest)) throw new StatusError("Conflict", `${digest} is being sent already`);
    this.#receiving.add(digest);
    try {
      const have = (await this.size(digest))?.bytes ?? 0;
      // From the start again is always possible; anything else only where the last transfer stopped.
      if (range.offset !== 0 && range.offset !== have)
        throw new StatusError("Conflict", `${have} bytes are here, not ${range.offset}`);
      if (range.ifRoom === true) this.#checkQuota(range.total);
      await this.#checkDisk(digest, range.total - range.offset, range.ifRoom === true);
      const { bytes, hash } = await this.#write(digest, range, source);
      if (bytes < range.total) return false;
      await this.#finish(digest, range.total, hash);
      return true;
    } finally {
      this.#receiving.delete(digest);
      this.#options.onChange(digest);
    }
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
    await rename(this.#partial(digest), this.#path(digest));
    this.#complete.add(digest);
    this.#transfers.set(digest, { bytes: total, total });
    await this.#evict(digest);
  }

  #checkQuota(wanted: number): void {
    const { besides, quotaBytes } = this.#options;
    if (this.bytes + besides.bytes() + wanted > quotaBytes)
      throw new DiskFullError(`the cache has no room for ${wanted} bytes`);
  }

  async #checkDisk(digest: string, wanted: number, ifRoom: boolean): Promise<void> {
    const { directory, besides } = this.#options;
    const isShort = async (): Promise<boolean> => (await freeIn(directory)) < wanted + reserveBytes;
    if (!(await isShort())) return;
    if (ifRoom || !(await besides.clear()) || (await isShort())) throw this.#diskFull(digest, wanted);
  }

  #diskFull(digest: string, total: number): DiskFullError {
    const message = `no room for ${total} bytes on the disk of ${this.#options.directory}`;
    const bytes = this.#transfers.get(digest)?.bytes ?? 0;
    this.#transfers.set(digest, { bytes, total, failure: { reason: "DiskFull", message } });
    return new DiskFullError(message);
  }

  /** Least recently used first, until the quota holds. */
  async #evict(newest: string): Promise<void> {
    const { pinned, besides, quotaBytes } = this.#options;
    if (this.bytes + besides.bytes() > quotaBytes) await besides.clear();
    const kept = pinned();
    const found = await Promise.all(
      [...this.#complete].map(async (digest) => ({
        digest,
        stat: await stat(this.#path(digest)).catch(() => undefined),
      })),
    );
    const byAge = found.sort((left, right) => (left.stat?.mtimeMs ?? 0) - (right.stat?.mtimeMs ?? 0));
    let total = byAge.reduce((sum, blob) => sum + (blob.stat?.size ?? 0), 0);
    for (const { digest, stat: file } of byAge) {
      if (total <= quotaBytes) return;
      if (digest === newest || kept.has(digest)) continue;
      await this.#drop(digest);
      total -= file?.size ?? 0;
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

  #partial(digest: string): string {
    return `${this.#path(digest)}.part`;
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
