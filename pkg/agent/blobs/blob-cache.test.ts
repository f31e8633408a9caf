import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect, onTestFinished, test } from "vitest";
import { BlobCache } from "./blob-cache.ts";

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), "plush-blobs-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const nothing = { bytes: 0, clear: () => true };

async function open(path: string, boot = "b1", pinned: readonly string[] = [], besides = nothing) {
  const cache = new BlobCache({
    directory: path,
    boot,
    quotaBytes: 25,
    pinned: () => new Set(pinned),
    besides: { bytes: () => besides.bytes, clear: async () => besides.bytes > 0 && besides.clear() },
    onChange: () => undefined,
  });
  await cache.load();
  return cache;
}

const digestOf = (text: string): string => `sha256:${createHash("sha256").update(text).digest("hex")}`;

async function put(cache: BlobCache, text: string): Promise<string> {
  const digest = digestOf(text);
  await cache.receive(digest, { offset: 0, total: text.length }, Readable.from([Buffer.from(text)]));
  return digest;
}

test("B-SOF-6: what was used longest ago goes first when the quota is reached, unless somebody waits for it", async () => {
  const path = directory();
  const waited = digestOf("a".repeat(10));
  const cache = await open(path, "b1", [waited]);
  const texts = ["a", "b", "c"].map((letter) => letter.repeat(10));
  for (const [index, text] of texts.entries()) {
    const digest = await put(cache, text);
    utimesSync(join(path, digest.slice(7)), index, index);
  }
  const last = await put(cache, "d".repeat(10));
  expect([...cache.complete]).toEqual([waited, last]);
});

test("a blob that a crash of the host has damaged is found out when it is used", async () => {
  const path = directory();
  const good = await put(await open(path), "good");
  const bad = await put(await open(path), "bad");
  writeFileSync(join(path, bad.slice(7)), "");
  const cache = await open(path, "b2");
  expect(await cache.use(good)).toBe(join(path, good.slice(7)));
  expect(await cache.use(bad)).toBeUndefined();
  expect([...cache.complete]).toEqual([good]);
});

test("a transfer in pieces is verified at its end, and dropped where it is wrong", async () => {
  const cache = await open(directory());
  const digest = digestOf("abcdef");
  expect(await cache.receive(digest, { offset: 0, total: 6 }, Readable.from([Buffer.from("abc")]))).toBe(false);
  expect(await cache.size(digest)).toEqual({ bytes: 3, complete: false });
  expect(await cache.receive(digest, { offset: 3, total: 6 }, Readable.from([Buffer.from("def")]))).toBe(true);
  const other = digestOf("xyz");
  await cache.receive(other, { offset: 0, total: 3 }, Readable.from([Buffer.from("xy")]));
  const wrong = cache.receive(other, { offset: 2, total: 3 }, Readable.from([Buffer.from("!")]));
  await expect(wrong).rejects.toThrow(/not sha256/);
  expect(await cache.size(other)).toBeUndefined();
});

test("B-PKG-19: a cache stays within its quota with what is coming, and drops beginnings that nobody adds to", async () => {
  const path = directory();
  const cache = await open(path);
  const [first, second] = [await put(cache, "a".repeat(10)), await put(cache, "b".repeat(10))];
  utimesSync(join(path, first.slice(7)), 1, 1);
  const begun = digestOf("xyz");
  await cache.receive(begun, { offset: 0, total: 3 }, Readable.from([Buffer.from("xy")]));
  const coming = digestOf("c".repeat(10));
  const half = Readable.from([Buffer.from("c".repeat(5))]);
  expect(await cache.receive(coming, { offset: 0, total: 10 }, half)).toBe(false);
  expect([...cache.complete]).toEqual([second]);
  expect(await cache.size(begun)).toBeUndefined();
  expect(await cache.size(coming)).toEqual({ bytes: 5, complete: false });
});

test("B-PRE-3: nothing is dropped for a package that nobody waits for", async () => {
  const cache = await open(directory());
  const [first, second] = [await put(cache, "a".repeat(10)), await put(cache, "b".repeat(10))];
  const text = "c".repeat(10);
  const offer = (ifRoom: boolean) =>
    cache.receive(digestOf(text), { offset: 0, total: 10, ifRoom }, Readable.from([Buffer.from(text)]));
  await expect(offer(true)).rejects.toThrow("the cache has no room for 10 bytes");
  expect([...cache.complete].sort()).toEqual([first, second].sort());
  expect(await offer(false)).toBe(true);
  expect(cache.complete.has(digestOf(text))).toBe(true);
});

test("B-PRE-4: what is unpacked ahead of need counts, and goes first where somebody waits for the room", async () => {
  const besides = {
    bytes: 10,
    clear: () => {
      besides.bytes = 0;
      return true;
    },
  };
  const cache = await open(directory(), "b1", [], besides);
  const first = await put(cache, "a".repeat(10));
  const text = "b".repeat(10);
  const offered = cache.receive(
    digestOf(text),
    { offset: 0, total: 10, ifRoom: true },
    Readable.from([Buffer.from(text)]),
  );
  await expect(offered).rejects.toThrow("the cache has no room for 10 bytes");
  expect(besides.bytes).toBe(10);
  const second = await put(cache, text);
  expect(besides.bytes).toBe(0);
  expect([...cache.complete].sort()).toEqual([first, second].sort());
});
