import {
  chmodSync,
  cpSync,
  createReadStream,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";
import { afterEach, beforeEach, expect, it } from "vitest";
import { packSource } from "./pack.ts";

let scratch: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "plush-pack-test-"));
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

function makeTree(name: string): string {
  const root = join(scratch, name);
  mkdirSync(join(root, "bin"), { recursive: true });
  writeFileSync(join(root, "z.txt"), "last");
  writeFileSync(join(root, "bin/run"), "#!/bin/sh\n");
  chmodSync(join(root, "bin/run"), 0o700);
  symlinkSync("bin/run", join(root, "link"));
  return root;
}

it("B-SOF-11: packs the same content to the same digest, whoever wrote it and when", async () => {
  const first = await packSource(makeTree("web"));
  const other = join(scratch, "elsewhere/web");
  cpSync(join(scratch, "web"), other, { recursive: true, verbatimSymlinks: true });
  utimesSync(join(other, "z.txt"), 1, 1);
  chmodSync(join(other, "z.txt"), 0o600);
  const second = await packSource(other);
  expect(second.digest).toBe(first.digest);
  expect(first.fileName).toBe("web.tar.gz");
  writeFileSync(join(other, "z.txt"), "changed");
  expect((await packSource(other)).digest).not.toBe(first.digest);
});

it("keeps names, modes and links", async () => {
  const { path } = await packSource(makeTree("web"));
  const members: string[] = [];
  const reader = createReadStream(path).pipe(createGunzip()).pipe(extract());
  for await (const entry of reader) {
    members.push(
      `${entry.header.type} ${entry.header.name} ${entry.header.mode?.toString(8)} ${entry.header.linkname ?? ""}`.trim(),
    );
    entry.resume();
  }
  expect(members).toEqual(["directory bin 755", "file bin/run 755", "symlink link 777 bin/run", "file z.txt 644"]);
});

it("takes a file as it is", async () => {
  writeFileSync(join(scratch, "tool.zip"), "zip");
  const { path, fileName, size } = await packSource(join(scratch, "tool.zip"));
  expect([path, fileName, size]).toEqual([join(scratch, "tool.zip"), "tool.zip", 3]);
});

it("refuses what cannot be on another machine", async () => {
  await expect(packSource(join(scratch, "gone"))).rejects.toThrow("gone: no such file");
  symlinkSync("../../etc/passwd", join(makeTree("web"), "out"));
  await expect(packSource(join(scratch, "web"))).rejects.toThrow("the link leads out of the package");
});
