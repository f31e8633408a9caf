import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { expect, onTestFinished, test } from "vitest";

/** glibc's allocator that looks for damage; it stands beside libc on Linux, by the name of the processor. */
const processor = process.arch === "x64" ? "x86_64" : "aarch64";
const checker = `/lib/${processor}-linux-gnu/libc_malloc_debug.so.0`;

test.skipIf(!existsSync(checker))("a session that is ended while it reads leaves the heap whole", async () => {
  const directory = await mkdtemp(join(tmpdir(), "plush-heap-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const program = join(directory, "end-sessions.mjs");
  const entry = join(import.meta.dirname, "fixtures/end-sessions.ts");
  await build({ bundle: true, platform: "node", format: "esm", entryPoints: [entry], outfile: program });
  const env = { ...process.env, LD_PRELOAD: checker, GLIBC_TUNABLES: "glibc.malloc.check=3" };
  await expect(promisify(execFile)(process.execPath, [program], { env })).resolves.toMatchObject({ stderr: "" });
});
