import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type BarrierRound, judgeBarrier } from "./judge.ts";
import { resolveAmount } from "./release-rule.ts";

const names = (from: number, to: number): string[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, index) => `m-${from + index}`);

/** A round of `expected` members of which the first `entered` are in and the next `failed` have failed. */
function aRound(expected: number, entered: number, failed: number, more: Partial<BarrierRound> = {}): BarrierRound {
  return {
    rule: {},
    expected: names(0, expected),
    entered: names(0, entered),
    failed: names(entered, entered + failed),
    elapsedMs: 0,
    ...more,
  };
}

/** A verdict on one line. */
function verdict(round: BarrierRound): string {
  const result = judgeBarrier(round);
  switch (result.state) {
    case "Waiting":
      return `waits ${result.recheckAfterMs ?? ""}: ${result.message}`;
    case "Released":
      return `${result.rule}: ${result.message}`;
    case "Failed":
      return `${result.reason}: ${result.message}`;
  }
}

describe("judgeBarrier", () => {
  test.each([
    ["all in", aRound(3, 3, 0), "all: 3 of 3 entered, all 3 needed"],
    ["nobody expected", aRound(0, 0, 0), "all: 0 of 0 entered, all 0 needed"],
    ["one missing", aRound(3, 2, 0), "waits : 2 of 3 entered, all 3 needed (missing: m-2)"],
    [
      "one failed",
      aRound(3, 1, 1),
      "BarrierUnreachable: needs all 3, but at most 3 expected − 1 failed = 2 can enter (failed: m-1)",
    ],
    [
      "count",
      aRound(5, 2, 1, { rule: { count: 2 } }),
      "count: 2 of 5 entered, a count of 2 needed (missing: m-2, m-3, m-4)",
    ],
    [
      "count never possible",
      aRound(2, 0, 0, { rule: { count: 3 } }),
      "BarrierUnreachable: needs a count of 3, but at most 2 expected can enter",
    ],
    [
      "percent rounds up",
      aRound(10, 9, 0, { rule: { percent: 91 } }),
      "waits : 9 of 10 entered, 91% of 10 = 10 needed (missing: m-9)",
    ],
    [
      "percent",
      aRound(20, 19, 1, { rule: { percent: 95 } }),
      "percent: 19 of 20 entered, 95% of 20 = 19 needed (missing: m-19)",
    ],
    [
      "percent unreachable",
      aRound(20, 10, 2, { rule: { percent: 95 } }),
      "BarrierUnreachable: needs 95% of 20 = 19, but at most 20 expected − 2 failed = 18 can enter (failed: m-10, m-11)",
    ],
    [
      "before the timeout",
      aRound(3, 1, 0, { rule: { timeoutMs: 1000 }, elapsedMs: 400 }),
      "waits 600: 1 of 3 entered, all 3 needed (missing: m-1, m-2)",
    ],
    [
      "timeout without minimum",
      aRound(3, 2, 0, { rule: { timeoutMs: 1000 }, elapsedMs: 1000 }),
      "BarrierTimeout: after 1s 2 of 3 had entered, at least 3 needed (missing: m-2)",
    ],
    [
      "timeout with minimum",
      aRound(3, 2, 0, { rule: { timeoutMs: 1000, minimum: 2 }, elapsedMs: 1000 }),
      "timeout: 2 of 3 entered, at least 2 needed (missing: m-2)",
    ],
    [
      "timeout with minimum in percent",
      aRound(10, 8, 0, { rule: { timeoutMs: 1000, minimum: "75%" }, elapsedMs: 1500 }),
      "timeout: 8 of 10 entered, at least 8 needed (missing: m-8, m-9)",
    ],
    [
      "failed, but the minimum can be had at the timeout",
      aRound(3, 1, 1, { rule: { timeoutMs: 1000, minimum: 2 } }),
      "waits 1000: 1 of 3 entered, all 3 needed (missing: m-2)",
    ],
    [
      "minimum unreachable",
      aRound(3, 1, 2, { rule: { timeoutMs: 1000, minimum: 2 } }),
      "BarrierUnreachable: needs a minimum of 2, but at most 3 expected − 2 failed = 1 can enter (failed: m-1, m-2)",
    ],
    [
      "those not expected do not count",
      aRound(2, 0, 0, { entered: ["m-0", "x-9"] }),
      "waits : 1 of 2 entered, all 2 needed (missing: m-1)",
    ],
  ])("%s", (_name, round, expected) => {
    expect(verdict(round)).toBe(expected);
  });

  const rounds = fc.record({
    rule: fc.record(
      {
        count: fc.nat({ max: 12 }),
        percent: fc.integer({ min: 1, max: 100 }),
        timeoutMs: fc.nat({ max: 100 }),
        minimum: fc.nat({ max: 12 }),
      },
      { requiredKeys: [] },
    ),
    expected: fc.uniqueArray(fc.constantFrom(...names(0, 12))),
    entered: fc.uniqueArray(fc.constantFrom(...names(0, 12))),
    failed: fc.uniqueArray(fc.constantFrom(...names(0, 12))),
    elapsedMs: fc.nat({ max: 100 }),
  });

  test("a failed round could not have been released by those who can still enter", () => {
    fc.assert(
      fc.property(rounds, (round) => {
        const result = judgeBarrier(round);
        if (result.state !== "Failed" || result.reason !== "BarrierUnreachable") return;
        const hopeful = round.expected.filter(
          (member) => !round.failed.includes(member) || round.entered.includes(member),
        );
        const later = judgeBarrier({ ...round, entered: hopeful, elapsedMs: 1e6 });
        expect(later.state).toBe("Failed");
      }),
    );
  });

  test("a released round stays so when more members enter, fail, or time passes", () => {
    fc.assert(
      fc.property(rounds, fc.array(fc.constantFrom(...names(0, 12))), fc.nat(), (round, more, waited) => {
        if (judgeBarrier(round).state !== "Released") return;
        const entered = [...new Set([...round.entered, ...more])];
        const later = judgeBarrier({ ...round, entered, elapsedMs: round.elapsedMs + waited });
        expect(later.state).toBe("Released");
      }),
    );
  });

  test("order and repetition of members change nothing", () => {
    fc.assert(
      fc.property(rounds, (round) => {
        const turned = {
          ...round,
          expected: [...round.expected].reverse(),
          entered: [...round.entered, ...round.entered].reverse(),
        };
        expect(judgeBarrier(turned)).toEqual(judgeBarrier(round));
      }),
    );
  });
});

test.each([
  [5, 10, 5],
  ["5", 10, 5],
  ["50%", 3, 2],
  ["7%", 100, 7],
  ["0%", 7, 0],
  ["many", 7, 0],
])("resolveAmount(%s of %s) = %s", (amount, total, expected) => {
  expect(resolveAmount(amount, total)).toBe(expected);
});
