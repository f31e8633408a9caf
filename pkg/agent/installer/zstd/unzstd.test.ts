import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { expect, test } from "vitest";
import { unzstd } from "./unzstd.ts";

function packed(bytes: Buffer, ...flags: string[]): Buffer {
  return execFileSync("zstd", ["-q", "-c", ...flags], { input: bytes, maxBuffer: 1 << 28 });
}

/** In pieces of odd sizes: none of them ends where a block does. */
async function* inPieces(bytes: Buffer, size = 1000): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const unpacked = (bytes: Buffer, size?: number): Promise<Buffer> =>
  buffer(Readable.from(unzstd(inPieces(bytes, size))));
const digest = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

/** Half text, half noise: raw, repeated and compressed blocks, more than a window of level 3. */
const mixed = Buffer.concat(
  Array.from({ length: 60 }, (_, index) =>
    index % 3 === 0 ? randomBytes(70_000) : Buffer.from(`line ${index} `.repeat(9000) + "\0".repeat(40_000)),
  ),
);

test.each([[["-1"]], [["-3"]], [["-19"]], [["-3", "--no-check"]], [["-3", "--long=25"]], [["--fast=5"]]])(
  "B-SOF-25: what zstd %s packs is unpacked to the byte",
  async (flags) => {
    expect(digest(await unpacked(packed(mixed, ...flags)))).toBe(digest(mixed));
  },
);

test("B-SOF-25: sizes from nothing to a few blocks, in pieces of one byte and in one piece", async () => {
  for (const size of [0, 1, 3, 4, 7, 8, 31, 32, 33, 63, 64, 300, 70_000, 131_072, 131_073, 300_000]) {
    const bytes = mixed.subarray(60_000, 60_000 + size);
    for (const archive of [packed(bytes), packed(bytes, "--no-check"), packed(bytes, `--stream-size=${size}`)]) {
      expect(digest(await unpacked(archive, archive.length))).toBe(digest(bytes));
      if (size < 400) expect(digest(await unpacked(archive, 1))).toBe(digest(bytes));
    }
  }
});

test("frames one after another, and what is to be skipped, are one stream", async () => {
  const skipped = Buffer.concat([Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0]), Buffer.from("abc")]);
  const parts = [
    packed(Buffer.from("one ")),
    skipped,
    packed(Buffer.alloc(0)),
    packed(Buffer.from("two"), "--no-check"),
  ];
  expect((await unpacked(Buffer.concat(parts), 5)).toString()).toBe("one two");
});

test("B-SOF-26: an archive that is cut off anywhere is refused", async () => {
  const archive = packed(mixed.subarray(0, 200_000));
  for (let at = 0; at < archive.length; at += at < 20 || at > archive.length - 20 ? 1 : 997)
    await expect(unpacked(archive.subarray(0, at))).rejects.toThrow("the archive is cut off");
  await expect(unpacked(Buffer.concat([archive, Buffer.from("rest")]))).rejects.toThrow("no zstd archive");
});

test("B-SOF-26: an archive in which a byte changed is refused", async () => {
  const archive = packed(mixed.subarray(0, 200_000));
  for (let at = 0; at < archive.length; at += 397) {
    const damaged = Buffer.from(archive);
    damaged[at] = (damaged[at] ?? 0) ^ 0x10;
    await expect(unpacked(damaged), `byte ${at}`).rejects.toThrow(
      /damaged|cut off|no zstd archive|window|dictionary|later version/,
    );
  }
});

test("B-SOF-26: a window beyond 32 MiB is refused before it is made", async () => {
  const archive = packed(mixed, "--long=27");
  await expect(unpacked(archive)).rejects.toThrow("it needs a window of 128 MiB, and 32 MiB are given");
  // The whole content as one window, of 3 GiB.
  const single = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0b10100000, 0, 0, 0, 0xc0, 1, 0, 0]);
  await expect(unpacked(single)).rejects.toThrow("it needs a window of 3072 MiB");
});
