import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { LogFile } from "./log-file.ts";

let directory = "";
let time = Date.parse("2026-01-02T03:04:05Z");
const now = (): number => ++time;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "plush-log-"));
  return () => rm(directory, { recursive: true, force: true });
});

test("B-OPS-7: lines are in the file in their order; a full one is put aside, the oldest go", async () => {
  const path = join(directory, "plush.log");
  const log = await LogFile.open({ path, maxMegabytes: 0.01, maxBackups: 2 }, now, () => {});
  const lines = Array.from({ length: 50 }, (_, number) => `${number} ${"x".repeat(1000)}\n`);
  for (const line of lines) {
    log.write(line);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await log.close();
  const names = (await readdir(directory)).sort();
  expect(names).toHaveLength(3);
  const kept = await Promise.all(names.map((name) => readFile(join(directory, name), "utf8")));
  const numbers = kept.flatMap((text) =>
    text
      .trimEnd()
      .split("\n")
      .map((line) => Number.parseInt(line, 10)),
  );
  expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => 50 - numbers.length + index));
  expect(numbers.length).toBeGreaterThanOrEqual(20);
});

test.skipIf(!existsSync("/dev/full"))("what the disk does not take goes to stderr", async () => {
  const told: string[] = [];
  const log = await LogFile.open({ path: "/dev/full", maxMegabytes: 1, maxBackups: 1 }, now, (text) => told.push(text));
  log.write("a\n");
  await log.close();
  expect(told).toEqual(["a\n"]);
});

test("a file that cannot be opened is told by its path", async () => {
  await writeFile(join(directory, "file"), "");
  const path = join(directory, "file", "plush.log");
  await expect(LogFile.open({ path, maxMegabytes: 1, maxBackups: 1 }, now, () => {})).rejects.toThrow(path);
});
