import { describe, expect, test } from "vitest";
import { backupDelayMs, backupName, backupsToRemove, backupTime, isUnfinished, newestBackup } from "./schedule-plan.ts";

const now = Date.parse("2026-01-02T03:04:05Z");
const hourMs = 3_600_000;

test("a backup's name says when it was made", () => {
  expect(backupName(now + 678)).toBe("plush-20260102T030405Z.tar");
  expect(backupTime(backupName(now))).toBe(now);
  for (const name of ["plush.tar", "plush-20260102T030405Z.tar.partial", "my-plush-20260102T030405Z.tar"])
    expect(backupTime(name)).toBeUndefined();
});

describe("the next backup is made", () => {
  const delay = (names: readonly string[], failed = false): number =>
    backupDelayMs(names, { now, everyMs: 24 * hourMs, failed });

  test("at once where there is none, or the newest is old", () => {
    expect(delay([])).toBe(0);
    expect(delay(["notes.txt"])).toBe(0);
    expect(delay([backupName(now - 100 * hourMs)])).toBe(0);
  });

  test("a period after the newest", () => {
    expect(delay([backupName(now - 5 * hourMs), backupName(now - 30 * hourMs)])).toBe(19 * hourMs);
  });

  test("a period from now where the newest is of the future", () => {
    expect(delay([backupName(now + 1000 * hourMs)])).toBe(24 * hourMs);
  });

  test("soon after one that failed, though not sooner than a period", () => {
    expect(delay([backupName(now)], true)).toBe(5 * 60_000);
    expect(backupDelayMs([], { now, everyMs: 60_000, failed: true })).toBe(60_000);
  });
});

test("the oldest go, and nothing else", () => {
  const names = [1, 3, 2].map((hours) => backupName(now - hours * hourMs));
  expect(backupsToRemove([...names, "a.tar", "plush-x.tar"], 2)).toEqual([backupName(now - 3 * hourMs)]);
  expect(backupsToRemove(names, 3)).toEqual([]);
  expect(newestBackup(names)).toBe(now - hourMs);
  expect(newestBackup([])).toBeUndefined();
});

test("what was not finished is known by its name", () => {
  const name = backupName(now);
  expect([`${name}.partial`, `${name}.checking-a1B2`].map(isUnfinished)).toEqual([true, true]);
  expect([name, "other.tar.partial", `${name}.old`].map(isUnfinished)).toEqual([false, false, false]);
});
