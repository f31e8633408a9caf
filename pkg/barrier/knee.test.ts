import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judgeBarrier } from "./judge.ts";
import { kneeWaitMs } from "./knee.ts";

const knee = { alpha: 0.7, beta: 4 };

describe("kneeWaitMs", () => {
  test.each([
    ["nothing is known of one entry", [10], undefined],
    ["one gap counts half its length as deviation", [0, 1000], 1000 + 4 * 500],
    ["a regular pace: the deviation melts away", [0, 1000, 2000], 1000 + 4 * 0.7 * 500],
    ["never below what timers can tell", [0, 1, 2, 3], 100],
    ["order does not matter", [2000, 0, 1000], 1000 + 4 * 0.7 * 500],
  ])("%s", (_name, entries, expected) => {
    const waited = kneeWaitMs(knee, entries);
    if (expected === undefined) expect(waited).toBeUndefined();
    else expect(waited).toBeCloseTo(expected, 6);
  });

  test("a longer last gap never shortens the wait", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(10_000), { minLength: 1, maxLength: 20 }), fc.nat(10_000), (gaps, more) => {
        const times = gaps.map((_, index) => gaps.slice(0, index + 1).reduce((sum, gap) => sum + gap, 0));
        const average = Math.max(...gaps);
        const sooner = kneeWaitMs(knee, [...times, (times.at(-1) ?? 0) + average]) ?? 0;
        const later = kneeWaitMs(knee, [...times, (times.at(-1) ?? 0) + average + more]) ?? 0;
        expect(later).toBeGreaterThanOrEqual(sooner - 1e-6);
      }),
    );
  });
});

describe("a barrier with a knee", () => {
  const expected = ["m-0", "m-1", "m-2", "m-3"];
  const round = {
    rule: { knee, minimum: 2, timeoutMs: 60_000 },
    expected,
    entered: ["m-0", "m-1", "m-2"],
    failed: [],
    entryTimesMs: [1000, 1100, 1200],
  };
  const waitMs = 100 + 4 * 0.7 * 50;

  test("waits while stragglers may still be near", () => {
    const verdict = judgeBarrier({ ...round, elapsedMs: 1300 });
    expect(verdict).toMatchObject({ state: "Waiting", recheckAfterMs: Math.ceil(1200 + waitMs - 1300) });
  });

  test("is released when nobody came for longer than the pace explains", () => {
    const verdict = judgeBarrier({ ...round, elapsedMs: Math.ceil(1200 + waitMs) });
    expect(verdict).toMatchObject({ state: "Released", rule: "knee", missing: ["m-3"] });
  });

  test("is not released below its minimum", () => {
    const verdict = judgeBarrier({ ...round, rule: { ...round.rule, minimum: 4 }, elapsedMs: 30_000 });
    expect(verdict).toMatchObject({ state: "Waiting", recheckAfterMs: 30_000 });
  });

  test("fails at once where its minimum is out of reach, with the arithmetic", () => {
    const failed = ["m-3"];
    const verdict = judgeBarrier({ ...round, failed, rule: { ...round.rule, minimum: 4 }, elapsedMs: 1300 });
    expect(verdict).toMatchObject({
      state: "Failed",
      reason: "BarrierUnreachable",
      message: "needs all 4, but at most 4 expected − 1 failed = 3 can enter (failed: m-3)",
    });
  });
});
