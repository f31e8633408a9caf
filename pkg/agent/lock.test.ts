import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { systemClock } from "../clock/index.ts";
import { acquireLock, lockOwner } from "./lock.ts";
import { bootIdentity, readStat } from "./shim/process-table.ts";

let path = "";

beforeEach(() => {
  const directory = mkdtempSync(join(tmpdir(), "plush-lock-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  path = join(directory, "lock");
});

test("is had by one, and leaves nothing beside itself", async () => {
  expect(await acquireLock(path, systemClock)).toBe(true);
  expect(await acquireLock(path, systemClock)).toBe(false);
  expect(await lockOwner(path)).toBe(process.pid);
  expect(readdirSync(join(path, ".."))).toEqual(["lock"]);
});

test.each([
  ["of a process that is gone", () => `${process.pid} 1 ${bootIdentity()}\n`],
  ["of another boot", () => `${process.pid} ${readStat(process.pid)?.startTime} other\n`],
  ["that is empty", () => ""],
])("one %s is taken over", async (_name, text) => {
  writeFileSync(path, text());
  expect(await acquireLock(path, systemClock)).toBe(true);
  expect(await lockOwner(path)).toBe(process.pid);
});
