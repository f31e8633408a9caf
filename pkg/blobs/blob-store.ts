import { createHash, type Hash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { open, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { type Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { makeDirectory, toDiskStatus } from "../disk/index.ts";
import { StatusError } from "../status/index.ts";

export interface BlobPosition {
  /** Bytes that are there. */
  readonly bytes: number;
  /** All of them, verified. */
  readonly complete: boolean;
}

export interface BlobInfo {
  /** "sha256:HEX". */
  readonly digest: string;
  readonly size: number;
  /** Wall clock, milliseconds. */
  readonly storedAt: number;
}

interface Part {
  readonly offset: number;
  readonly total: number;
}

const digestPattern = /^sha256:([0-9a-f]{64})$/;

/** A directory of packages. One process uses it; rejections are StatusErrors. */
export class BlobStore {
  readonly #complete: string;
  readonly #partial: string;
  /** Digests that are being written to. */
  readonly #busy = new Set<string>();

  constructor(directory: string) {
    this.#complete = join(directory, "sha256");
    this.#partial = join(directory, "partial");
  }

  /** Undefined where nothing is there. */
  async stat(digest: string): Promise<BlobPosition | undefined> {
    const name = nameOf(digest);
    const whole = await sizeOf(join(this.#complete, name));
    if (whole !== undefined) return { bytes: whole, complete: true };
    const part = await sizeOf(join(this.#partial, name));
    return part === undefined ? undefined : { bytes: part, complete: false };
  }

  /** As `stat`, for somebody who is about to name the package: what is whole counts as stored now, and is not pruned. */
  async renew(digest: string): Promise<BlobPosition | undefined> {
    const now = new Date();
    // One that is not whole, or not there, has no time to renew.
    await utimes(join(this.#complete, nameOf(digest)), now, now).catch(() => undefined);
    return this.stat(digest);
  }

  /** The bytes from `offset` on; undefined where the package is not there or not complete. */
  async open(
    digest: string,
    offset: number,
  ): Promise<{ readonly size: number; readonly stream: Readable } | undefined> {
    const path = join(this.#complete, nameOf(digest));
    const size = await sizeOf(path);
    if (size === undefined) return undefined;
    if (offset > size) throw new StatusError("BadRequest", `offset ${offset} is past the end at ${size}`);
    return { size, stream: createReadStream(path, { start: offset, highWaterMark: 1 << 18 }) };
  }

  /**
   * Appends bytes at `offset`, which must be what is there (Conflict, else). With the last of `total` bytes the digest
   * is checked: Invalid, and all of it dropped, where it is another one.
   */
  async append(digest: string, part: Part, bytes: Readable): Promise<BlobPosition> {
    const name = nameOf(digest);
    if (this.#busy.has(name)) throw new StatusError("Conflict", `${digest} is being written by another request`);
    this.#busy.add(name);
    try {
      const before = await this.renew(digest);
      if (before?.complete === true) {
        bytes.resume();
        return before;
      }
      return await this.#append(name, part, before?.bytes ?? 0, bytes);
    } catch (error) {
      throw toDiskStatus(this.#partial, error);
    } finally {
      this.#busy.delete(name);
    }
  }

  /** Stores bytes whose digest nobody knows yet. */
  async ingest(bytes: Readable): Promise<{ readonly digest: string; readonly size: number }> {
    makeDirectory(this.#partial);
    const path = join(this.#partial, `new-${randomUUID()}`);
    const hash = createHash("sha256");
    try {
      const size = await write(path, { start: 0, limit: Number.MAX_SAFE_INTEGER, hash }, bytes);
      const name = hash.digest("hex");
      await this.#keep(path, name);
      return { digest: `sha256:${name}`, size };
    } catch (error) {
      await rm(path, { force: true });
      throw toDiskStatus(this.#partial, error);
    }
  }

  /** What is complete. */
  async list(): Promise<BlobInfo[]> {
    const names = await readdir(this.#complete).catch((): string[] => []);
    const infos = await Promise.all(
      names.map(async (name) => {
        const found = await stat(join(this.#complete, name)).catch(() => undefined);
        return found === undefined ? [] : [{ digest: `sha256:${name}`, size: found.size, storedAt: found.mtimeMs }];
      }),
    );
    return infos.flat();
  }

  /** Removes what nobody refers to and has been there since before `before` (wall clock); answers how many. */
  async prune(isReferenced: (digest: string) => boolean, before: number): Promise<number> {
    const stale = (await this.list()).filter((blob) => blob.storedAt < before && !isReferenced(blob.digest));
    for (const { digest } of stale) await rm(join(this.#complete, nameOf(digest)), { force: true });
    for (const name of await readdir(this.#partial).catch((): string[] => [])) {
      const path = join(this.#partial, name);
      const found = await stat(path).catch(() => undefined);
      if (found !== undefined && found.mtimeMs < before && !this.#busy.has(name)) await rm(path, { force: true });
    }
    return stale.length;
  }

  async #append(name: string, { offset, total }: Part, present: number, bytes: Readable): Promise<BlobPosition> {
    if (offset !== present) throw new StatusError("Conflict", `offset is ${offset}, but ${present} bytes are there`);
    makeDirectory(this.#partial);
    const path = join(this.#partial, name);
    const hash = offset === 0 ? createHash("sha256") : undefined;
    const size = await write(path, { start: offset, limit: total, hash }, bytes);
    if (size < total) return { bytes: size, complete: false };
    const found = hash?.digest("hex") ?? (await digestOf(path));
    if (found === name) {
      await this.#keep(path, name);
      return { bytes: size, complete: true };
    }
    await rm(path, { force: true });
    throw new StatusError("Invalid", `the bytes have digest sha256:${found}, not sha256:${name}`);
  }

  /** On disk before it is said to be there. */
  async #keep(path: string, name: string): Promise<void> {
    makeDirectory(this.#complete);
    await sync(path);
    await rename(path, join(this.#complete, name));
    await sync(this.#complete);
  }
}

interface WriteOptions {
  readonly start: number;
  /** Size that the file may have at most. */
  readonly limit: number;
  readonly hash: Hash | undefined;
}

/** Answers the size of the file after it. What came before a broken stream stays. */
async function write(path: string, { start, limit, hash }: WriteOptions, bytes: Readable): Promise<number> {
  let size = start;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size > limit) return done(new StatusError("Invalid", `more than the announced ${limit} bytes came`));
      hash?.update(chunk);
      done(null, chunk);
    },
  });
  await pipeline(bytes, meter, createWriteStream(path, { flags: start === 0 ? "w" : "a", mode: 0o600 }));
  return size;
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: 1 << 18 }), hash);
  return hash.digest("hex");
}

async function sync(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    (found) => found.size,
    () => undefined,
  );
}

/** Checked here again: it becomes the name of a file. */
function nameOf(digest: string): string {
  const name = digestPattern.exec(digest)?.[1];
  if (name === undefined) throw new StatusError("BadRequest", `${JSON.stringify(digest)} is no sha256 digest`);
  return name;
}
