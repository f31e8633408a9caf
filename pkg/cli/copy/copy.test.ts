import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Header, pack } from "tar-stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import { packTree } from "./pack-tree.ts";
import { parsePlace } from "./place.ts";
import { TreeUnpacker } from "./unpack-tree.ts";

let scratch: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "plush-copy-"));
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

type Member = Partial<Header> & { readonly name: string; readonly content?: string };

async function unpack(members: readonly Member[], name = "top"): Promise<readonly string[]> {
  const archive = pack();
  for (const { content, ...header } of members) archive.entry(header, content ?? "");
  archive.finalize();
  return unpackAll(archive as unknown as AsyncIterable<Uint8Array>, name);
}

/** Unpacks below scratch/here; resolves with what was left out. */
async function unpackAll(archive: AsyncIterable<Uint8Array>, name: string): Promise<readonly string[]> {
  const skipped: string[] = [];
  const path = join(scratch, "here");
  const unpacker = new TreeUnpacker({ name, path, onSkip: (text) => skipped.push(text), onBytes: () => undefined });
  for await (const chunk of archive) await unpacker.write(chunk);
  await unpacker.end();
  return skipped;
}

test("a tree comes out as it went in", async () => {
  const tree = join(scratch, "tree");
  mkdirSync(join(tree, "deep/empty"), { recursive: true });
  writeFileSync(join(tree, "run"), "x".repeat(200_000), { mode: 0o755 });
  symlinkSync("../run", join(tree, "deep/link"));
  let bytes = 0;
  const archive = packTree(tree, "top", (count) => {
    bytes += count;
  });
  expect(await unpackAll(archive, "top")).toEqual([]);
  const here = (...names: string[]) => join(scratch, "here", ...names);
  expect(readFileSync(here("run")).length).toBe(200_000);
  expect(lstatSync(here("run")).mode & 0o777).toBe(0o755);
  expect(lstatSync(here("deep/empty")).isDirectory()).toBe(true);
  expect(readlinkSync(here("deep/link"))).toBe("../run");
  expect(bytes).toBe(200_000);
});

test.each([
  ["a name that climbs", [{ name: "top/../../evil", content: "x" }]],
  ["an absolute name", [{ name: "/evil", content: "x" }]],
  ["another top", [{ name: "evil", content: "x" }]],
  [
    "a file through a link",
    [
      { name: "top", type: "directory" },
      { name: "top/l", type: "symlink", linkname: ".." },
      { name: "top/l/evil", content: "x" },
    ],
  ],
  ["a hard link to what is outside", [{ name: "top/l", type: "link", linkname: "top/../../secret" }]],
  [
    "a hard link to a link",
    [
      { name: "top/s", type: "symlink", linkname: "../secret" },
      { name: "top/l", type: "link", linkname: "top/s" },
    ],
  ],
] as const)("%s is refused", async (_, members) => {
  writeFileSync(join(scratch, "secret"), "s");
  await expect(unpack(members as readonly Member[])).rejects.toThrow(/refused|is no directory/);
  expect(existsSync(join(scratch, "evil"))).toBe(false);
  // What was made before the refusal leads nowhere either.
  for (const name of ["l", "s"])
    expect(lstatSync(join(scratch, "here", name), { throwIfNoEntry: false })).toBeUndefined();
});

test("links that lead out are left out, others stay; what stands in the way goes", async () => {
  mkdirSync(join(scratch, "here"));
  writeFileSync(join(scratch, "secret"), "s");
  symlinkSync("../secret", join(scratch, "here/file"));
  const skipped = await unpack([
    { name: "./top", type: "directory" },
    { name: "./top/file", content: "new" },
    { name: "./top/good", type: "symlink", linkname: "file" },
    { name: "./top/up", type: "symlink", linkname: "." },
    { name: "./top/sly", type: "symlink", linkname: "up/../secret" },
    { name: "./top/out", type: "symlink", linkname: "/etc/passwd" },
    { name: "./top/pipe", type: "fifo" },
  ]);
  expect(skipped).toHaveLength(3);
  expect(readFileSync(join(scratch, "here/good"), "utf8")).toBe("new");
  expect(readFileSync(join(scratch, "secret"), "utf8")).toBe("s");
  for (const name of ["sly", "out", "pipe"]) expect(existsSync(join(scratch, "here", name)), name).toBe(false);
});

test.each([
  ["process/p:a/b", { kind: "remote", target: "process/p", path: "a/b" }],
  ["p-0:.", { kind: "remote", target: "p-0", path: "." }],
  ["./p:x", { kind: "local", path: "./p:x" }],
  ["/tmp/a:b", { kind: "local", path: "/tmp/a:b" }],
  ["a/b/c:d", { kind: "local", path: "a/b/c:d" }],
  ["name", { kind: "local", path: "name" }],
])("%s is a place", (text, place) => {
  expect(parsePlace(text)).toEqual(place);
});

test("a target without a path is no place", () => {
  expect(() => parsePlace("process/p:")).toThrow("give a path");
});
