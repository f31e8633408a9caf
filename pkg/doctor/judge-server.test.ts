import { describe, expect, test } from "vitest";
import {
  judgeBackups,
  judgeCertificate,
  judgeClock,
  judgeLag,
  judgeOpenFiles,
  judgeRoom,
  judgeSync,
} from "./judge-server.ts";

const gibi = 1024 ** 3;
const dayMs = 86_400_000;
const now = Date.parse("2026-01-02T03:04:05Z");

describe("a figure is good, a warning or bad", () => {
  const room = { path: "/data", totalBytes: 100 * gibi, freeBytes: 50 * gibi, freeFiles: 50, totalFiles: 100 };

  test.each([
    ["much room", judgeRoom(room), "Good"],
    ["a file system that counts no inodes", judgeRoom({ ...room, freeFiles: 0, totalFiles: 0 }), "Good"],
    ["little room", judgeRoom({ ...room, freeBytes: gibi }), "Warning"],
    ["hardly any room", judgeRoom({ ...room, freeBytes: gibi / 8 }), "Bad"],
    ["few inodes", judgeRoom({ ...room, freeFiles: 3 }), "Warning"],
    ["no inodes", judgeRoom({ ...room, freeFiles: 0 }), "Bad"],
    ["a fast disk", judgeSync("/data", 2), "Good"],
    ["a slow disk", judgeSync("/data", 40), "Warning"],
    ["a very slow disk", judgeSync("/data", 400), "Bad"],
    ["an idle server", judgeLag(12), "Good"],
    ["a busy server", judgeLag(300), "Warning"],
    ["a starved server", judgeLag(5000), "Bad"],
    ["files enough", judgeOpenFiles(1024, 100), "Good"],
    ["no limit of files", judgeOpenFiles(undefined, 100_000), "Good"],
    ["too few files", judgeOpenFiles(1024, 1000), "Bad"],
    ["a new certificate", judgeCertificate("it", now + 300 * dayMs, now), "Good"],
    ["an old certificate", judgeCertificate("it", now + 3 * dayMs, now), "Warning"],
    ["one that ran out", judgeCertificate("it", now - dayMs, now), "Bad"],
    ["the same time", judgeClock("it", 300), "Good"],
    ["another time", judgeClock("it", -3000), "Warning"],
    ["another day", judgeClock("it", dayMs), "Bad"],
  ] as const)("%s", (_what, finding, verdict) => {
    expect(finding.verdict).toBe(verdict);
    // Who has to do something is told what.
    expect(finding.mend !== undefined).toBe(verdict !== "Good");
  });
});

describe("backups", () => {
  const facts = { directory: "/backups", everyMs: dayMs, newest: now - 3_600_000, failure: undefined };

  test("none at all is a warning", () => {
    expect(judgeBackups(undefined, now)).toMatchObject({ verdict: "Warning", message: "no backups are made" });
  });

  test("the newest may miss one period, and no more", () => {
    expect(judgeBackups(facts, now)).toMatchObject({
      verdict: "Good",
      message: "the newest in /backups is 1h old, and can be restored",
    });
    expect(judgeBackups({ ...facts, newest: now - 2.1 * dayMs }, now).verdict).toBe("Bad");
    expect(judgeBackups({ ...facts, newest: undefined }, now).verdict).toBe("Warning");
  });

  test("one that failed is bad, with the reason", () => {
    expect(judgeBackups({ ...facts, failure: "its disk is full" }, now)).toMatchObject({
      verdict: "Bad",
      message: "the last backup to /backups failed: its disk is full",
    });
  });
});
