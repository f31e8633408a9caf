import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import { BlobStore } from "./blob-store.ts";

let directory: string;
let store: BlobStore;

const bytes = randomBytes(1_000_000);
const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
const total = bytes.length;
const stream = (from: number, to = total): Readable => Readable.from([bytes.subarray(from, to)]);

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "plush-blobs-"));
  store = new BlobStore(directory);
});

afterEach(() => rm(directory, { recursive: true, force: true }));

async function content(offset: number): Promise<Buffer> {
  const blob = await store.open(digest, offset);
  return Buffer.concat((await blob?.stream.toArray()) ?? []);
}

test("B-SOF-12: an upload is resumed where it ended, and is there once it is whole", async () => {
  expect(await store.stat(digest)).toBeUndefined();
  expect(await store.append(digest, { offset: 0, total }, stream(0, 300_000))).toEqual({
    bytes: 300_000,
    complete: false,
  });
  expect(await store.open(digest, 0)).toBeUndefined();
  await expect(store.append(digest, { offset: 0, total }, stream(0))).rejects.toMatchObject({ reason: "Conflict" });
  expect(await store.append(digest, { offset: 300_000, total }, stream(300_000))).toEqual({
    bytes: total,
    complete: true,
  });
  expect((await content(0)).equals(bytes)).toBe(true);
  expect((await content(999_990)).equals(bytes.subarray(999_990))).toBe(true);
  expect(await store.append(digest, { offset: 0, total }, stream(0))).toEqual({ bytes: total, complete: true });
  expect(await readdir(join(directory, "partial"))).toEqual([]);
});

test("what came before a broken stream stays", async () => {
  const broken = Readable.from(
    (async function* () {
      yield bytes.subarray(0, 500_000);
      throw new Error("cut");
    })(),
  );
  await expect(store.append(digest, { offset: 0, total }, broken)).rejects.toThrow("cut");
  const there = (await store.stat(digest))?.bytes ?? 0;
  expect(await store.append(digest, { offset: there, total }, stream(there))).toMatchObject({ complete: true });
});

test("wrong bytes and too many bytes are refused, and a name that is none", async () => {
  const other = `sha256:${"0".repeat(64)}`;
  await expect(store.append(other, { offset: 0, total }, stream(0))).rejects.toMatchObject({ reason: "Invalid" });
  expect(await store.stat(other)).toBeUndefined();
  await expect(store.append(digest, { offset: 0, total: 10 }, stream(0))).rejects.toMatchObject({ reason: "Invalid" });
  await expect(store.stat("sha256:../../etc/passwd")).rejects.toMatchObject({ reason: "BadRequest" });
});

test("unknown bytes are named by what they are; what nobody refers to can be removed", async () => {
  expect(await store.ingest(stream(0))).toEqual({ digest, size: total });
  expect(await store.list()).toMatchObject([{ digest, size: total }]);
  const old = new Date(Date.now() - 3_600_000);
  const [whole = ""] = await readdir(join(directory, "sha256"));
  await utimes(join(directory, "sha256", whole), old, old);
  await store.renew(digest);
  expect(await store.prune(() => false, Date.now() - 60_000)).toBe(0);
  expect(await store.prune((one) => one === digest, Date.now() + 1000)).toBe(0);
  expect(await store.prune(() => false, Date.now() - 60_000)).toBe(0);
  expect(await store.prune(() => false, Date.now() + 1000)).toBe(1);
  expect(await store.list()).toEqual([]);
});
