import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { type Header, pack } from "tar-stream";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { bundleAgent } from "../../../test/support/agent-bundle.ts";
import { systemClock } from "../../clock/index.ts";
import { launchProgram } from "../daemon/run.ts";
import { softwareOrder } from "../testing/orders.ts";
import { unpack } from "./unpack.ts";

type Member = Partial<Header> & { readonly name: string; readonly content?: string };

async function tar(members: readonly Member[]): Promise<Buffer> {
  const archive = pack();
  for (const { content, ...header } of members) archive.entry(header as Header, content ?? "");
  archive.finalize();
  return buffer(archive);
}

let bundle = "";

beforeAll(async () => {
  const directory = mkdtempSync(join(tmpdir(), "plush-unpack-bundle-"));
  bundle = await bundleAgent(directory);
  return () => rmSync(directory, { recursive: true, force: true });
});

const zstd = (bytes: Buffer, ...flags: string[]): Buffer =>
  execFileSync("zstd", ["-q", "-c", ...flags], { input: bytes, maxBuffer: 1 << 28 });

async function unpacked(archive: Buffer, change: Parameters<typeof softwareOrder>[0], maxWaitMs = 60_000) {
  const directory = mkdtempSync(join(tmpdir(), "plush-unpack-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  writeFileSync(join(directory, "blob"), archive);
  mkdirSync(join(directory, "inner"));
  const target = join(directory, "inner", "out");
  const order = softwareOrder({ digest: "sha256:0", format: "tar", ...change });
  const argv = [process.execPath, bundle, "unzstd"];
  const unzstd = { launch: launchProgram, argv, clock: systemClock, maxWaitMs };
  const failure = await unpack({ order, blob: join(directory, "blob"), target, unzstd }).then(
    () => undefined,
    (error: { reason: string; message: string }) => error,
  );
  return { directory, target, failure };
}

const packers: [format: "tar.gz" | "tar.zst", pack: (bytes: Buffer) => Buffer][] = [
  ["tar.gz", gzipSync],
  ["tar.zst", zstd],
];

test.each(packers)("a %s is unpacked with modes, links and leading components dropped", async (format, pack) => {
  const archive = pack(
    await tar([
      { name: "pack-1/", type: "directory", mode: 0o555 },
      { name: "pack-1/bin/tool", mode: 0o755, content: "#!/bin/sh\n" },
      { name: "pack-1/bin/alias", type: "symlink", linkname: "../bin/tool" },
      { name: "pack-1/copy", type: "link", linkname: "pack-1/bin/tool" },
    ]),
  );
  const { target, failure } = await unpacked(archive, { format, strip: 1 });
  expect(failure).toBeUndefined();
  expect(statSync(join(target, "bin/tool")).mode & 0o777).toBe(0o755);
  expect(readFileSync(join(target, "bin/alias"), "utf8")).toBe("#!/bin/sh\n");
  expect(readFileSync(join(target, "copy"), "utf8")).toBe("#!/bin/sh\n");
});

const climbing: [string, Member[]][] = [
  ["a name with ..", [{ name: "a/../../evil", content: "x" }]],
  ["an absolute name", [{ name: "/tmp/plush-evil", content: "x" }]],
  ["an absolute link", [{ name: "l", type: "symlink", linkname: "/etc/passwd" }]],
  ["a link that climbs", [{ name: "d/l", type: "symlink", linkname: "../../x" }]],
  [
    "a link that climbs through another link",
    [
      { name: "d/", type: "directory" },
      { name: "d/up", type: "symlink", linkname: ".." },
      { name: "l", type: "symlink", linkname: "d/up/.." },
    ],
  ],
  [
    "a file written through a link",
    [
      { name: "l", type: "symlink", linkname: ".." },
      { name: "l/evil", content: "x" },
    ],
  ],
  [
    "a hard link to what a link leads to",
    [
      { name: "l", type: "symlink", linkname: "." },
      { name: "h", type: "link", linkname: "l/../../blob" },
    ],
  ],
  ["a device", [{ name: "null", type: "character-device", devmajor: 1, devminor: 3 }]],
  ["a setuid program", [{ name: "su", mode: 0o4755, content: "x" }]],
  ["a fifo", [{ name: "pipe", type: "fifo" }]],
];

test.each(climbing)("B-SOF-4: an archive with %s is refused, and nothing of it stays", async (_name, members) => {
  const { directory, failure } = await unpacked(await tar([{ name: "good", content: "x" }, ...members]), {});
  expect(failure).toMatchObject({ reason: "UnsafeArchive" });
  expect(readdirSync(directory).sort()).toEqual(["blob", "inner"]);
  expect(readdirSync(join(directory, "inner"))).toEqual([]);
});

test.each(packers)("B-SOF-5: a %s that unpacks to far more than it is, is refused", async (format, pack) => {
  const bomb = pack(await tar([{ name: "zeros", content: "\0".repeat(70 << 20) }]));
  const { failure } = await unpacked(bomb, { format });
  expect(failure).toMatchObject({ reason: "UnsafeArchive" });
});

test.each(packers)("B-SOF-5: what a %s leaves out counts as well", async (format, pack) => {
  // Nothing of the name is left, so nothing is written.
  const bomb = pack(await tar([{ name: "zeros", content: "\0".repeat(140 << 20) }]));
  expect((await unpacked(bomb, { format, strip: 1 })).failure).toMatchObject({ reason: "UnsafeArchive" });
});

test("B-SOF-26: a tar.zst that is cut off or damaged fails to unpack, and says so", async () => {
  const whole = zstd(await tar([{ name: "text", content: "some text ".repeat(100_000) }]));
  const { failure } = await unpacked(whole.subarray(0, -9), { format: "tar.zst" });
  expect(failure).toMatchObject({ reason: "UnpackFailed", message: "the archive is cut off" });
  whole[whole.length - 1] = (whole.at(-1) ?? 0) ^ 1;
  const { failure: other } = await unpacked(whole, { format: "tar.zst" });
  expect(other).toMatchObject({ reason: "UnpackFailed", message: expect.stringContaining("checksum") });
  const wide = zstd(await tar([{ name: "text", content: "text" }]), "--long=27");
  const { failure: window } = await unpacked(wide, { format: "tar.zst" });
  expect(window).toMatchObject({ reason: "UnpackFailed", message: expect.stringContaining("32 MiB are given") });
});

/** A block of 98,303 sequences, each of 65,539 bytes at least: they keep a decoder busy for minutes. */
const busy = Buffer.from("28b52ffd00504d000000ffffff5400003401", "hex");

test("B-SOF-26: an archive that was made to keep its reader busy is given up", { timeout: 20_000 }, async () => {
  const { failure } = await unpacked(busy, { format: "tar.zst" }, 1000);
  expect(failure).toMatchObject({ reason: "UnpackFailed", message: expect.stringContaining("longer than 1 s") });
});

test.each(["tar", "tar.gz", "tar.zst", "zip"] as const)("what is no %s at all fails to unpack", async (format) => {
  const { failure } = await unpacked(Buffer.from("no archive ".repeat(100)), { format });
  expect(failure).toMatchObject({ reason: "UnpackFailed" });
});

test("one file becomes a program of its name", async () => {
  const { target } = await unpacked(Buffer.from("#!/bin/sh\n"), { format: "file", fileName: "tool", strip: 3 });
  expect(statSync(join(target, "tool")).mode & 0o777).toBe(0o755);
});
