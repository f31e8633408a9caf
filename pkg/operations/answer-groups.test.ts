import { expect, test } from "vitest";
import type { RunResult } from "../protocol/index.ts";
import { AnswerGroups, endingOf, groupTitle } from "./answer-groups.ts";

test("gathers machines by what they answer and how they end", () => {
  const groups = new AnswerGroups();
  const add = (name: string, text: string, ending = ""): void => groups.add(name, { ok: ending === "", text, ending });
  add("n1", "ok", "exit 3");
  add("n4", "", "not connected");
  add("n10", "other");
  add("n11", "ok");
  add("n2", "ok");
  expect(groups.all.map((group) => [groupTitle(group), group.answer.text])).toEqual([
    ["2 hosts: n[2,11]", "ok"],
    ["1 host: n10", "other"],
    ["1 host: n1 (exit 3)", "ok"],
    ["1 host: n4 (not connected)", ""],
  ]);
});

test.each<[Partial<RunResult>, string]>([
  [{ exitCode: 0 }, ""],
  [{ exitCode: 3 }, "exit 3"],
  [{ signal: "SIGKILL" }, "killed by SIGKILL"],
  [{ reason: "Timeout", error: "timed out after 5s, and was killed" }, "timed out after 5s, and was killed"],
])("%o ends as %j", (ending, words) => {
  expect(endingOf({ type: "result", resource: "m", stdout: "", stderr: "", durationMs: 1, ...ending })).toBe(words);
});
