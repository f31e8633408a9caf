import { expect, test } from "vitest";
import type { RunResult } from "../protocol/index.ts";
import { RunTally } from "./run-tally.ts";

const result = (resource: string, ending: Partial<RunResult>): RunResult => ({
  ...{ type: "result", resource, stdout: "", stderr: "", durationMs: 1 },
  ...ending,
});

test("names who failed, by reason, and who is waited for", () => {
  const tally = new RunTally();
  tally.expect(["n1", "n2", "n3", "n4", "n5"].map((resource) => ({ resource })));
  tally.take(result("n5", { exitCode: 0 }));
  tally.take(result("n1", { exitCode: 3 }));
  tally.take(result("n2", { reason: "Unreachable", error: "not connected: no beat" }));
  tally.take(result("n3", { exitCode: 3 }));
  expect([...tally.waiting]).toEqual(["n4"]);
  expect([tally.answered, tally.expected, tally.failed]).toEqual([4, 5, 3]);
  expect(tally.summary).toEqual(["failed on 3 of 5 hosts", "  n[1,3]: exit 3", "  n2: not connected: no beat"]);
});

test.each<[string, Partial<RunResult>[], number]>([
  ["all well", [{ exitCode: 0 }, { exitCode: 0 }], 0],
  ["the highest", [{ exitCode: 0 }, { exitCode: 9 }, { exitCode: 3 }], 9],
  ["a signal", [{ exitCode: 1 }, { signal: "SIGKILL" }], 137],
  ["late", [{ exitCode: 1 }, { reason: "Timeout", error: "late" }], 124],
  ["no answer", [{ exitCode: 1 }, { reason: "Unreachable", error: "away" }], 255],
])("ends with the worst code: %s", (_name, endings, code) => {
  const tally = new RunTally();
  for (const ending of endings) tally.take(result("n", ending));
  expect(tally.exitCode).toBe(code);
});
