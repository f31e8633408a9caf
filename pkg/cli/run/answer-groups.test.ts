import { expect, it } from "vitest";
import type { RunResult } from "../../protocol/index.ts";
import { AnswerGroups, groupTitle } from "./answer-groups.ts";

function result(resource: string, stdout: string, rest: Partial<RunResult> = {}): RunResult {
  return {
    type: "result",
    resource,
    stdout: Buffer.from(stdout).toString("base64"),
    stderr: "",
    durationMs: 1,
    exitCode: 0,
    ...rest,
  };
}

it("gathers machines by what they answer and how they end", () => {
  const groups = new AnswerGroups();
  const { exitCode: _, ...unreachable } = result("n4", "", { error: "unreachable" });
  for (const each of [result("n10", "ok\n"), result("n2", "ok\n"), result("n1", "ok\n", { exitCode: 3 }), unreachable])
    groups.add(each);
  expect(groups.all.map((group) => groupTitle(group, 80))).toEqual([
    "2 hosts: n2,n10",
    "1 host: n1 (exit 3)",
    "1 host: n4 (error: unreachable)",
  ]);
  expect(groups.all.map(({ answer }) => [answer.ok, answer.text])).toEqual([
    [true, "ok"],
    [false, "ok"],
    [false, ""],
  ]);
});

it("cuts long lists of names to the width", () => {
  const groups = new AnswerGroups();
  for (let index = 0; index < 100; index++) groups.add(result(`host${index}`, "x"));
  const [group] = groups.all;
  expect(group && groupTitle(group, 40)).toBe("100 hosts: host0,host1,host2,host3,host…");
});
