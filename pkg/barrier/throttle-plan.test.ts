import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Pass, planPasses, type ThrottleRule } from "./throttle-plan.ts";

const members = (count: number): string[] => Array.from({ length: count }, (_, index) => `m-${index}`);

/** Lets everybody pass on virtual time; gives when each did. */
function passAll(rule: ThrottleRule, count: number, leaveAfterMs = Number.POSITIVE_INFINITY): readonly Pass[] {
  let nowMs = 0;
  let passes: readonly Pass[] = [];
  for (let step = 0; step < 10 * count + 10 && passes.length < count; step++) {
    passes = passes.map((pass) => ({ ...pass, left: pass.left || pass.atMs + leaveAfterMs <= nowMs }));
    const plan = planPasses({ rule, waiting: members(count), passes, nowMs });
    passes = [...passes, ...plan.pass.map((member) => ({ member, atMs: nowMs, left: false }))];
    const leaves = passes.filter(({ left }) => !left).map(({ atMs }) => atMs + leaveAfterMs - nowMs);
    const next = Math.min(plan.recheckAfterMs ?? Number.POSITIVE_INFINITY, ...leaves.filter((ms) => ms > 0));
    if (!Number.isFinite(next)) break;
    nowMs += next;
  }
  return passes;
}

describe("by rate", () => {
  test("a burst at once, then one by one", () => {
    const passes = passAll({ kind: "rate", rate: 10, burst: 2 }, 5);
    expect(passes.map(({ member, atMs }) => `${member} ${atMs}`)).toEqual([
      "m-0 0",
      "m-1 0",
      "m-2 100",
      "m-3 200",
      "m-4 300",
    ]);
  });

  test("never more than burst + rate × time in any window", () => {
    const rules = fc.record({ rate: fc.integer({ min: 1, max: 50 }), burst: fc.integer({ min: 1, max: 8 }) });
    fc.assert(
      fc.property(rules, fc.integer({ min: 1, max: 40 }), ({ rate, burst }, count) => {
        const times = passAll({ kind: "rate", rate, burst }, count).map(({ atMs }) => atMs);
        expect(times).toHaveLength(count);
        for (const from of times)
          for (const to of times.filter((time) => time >= from)) {
            const inside = times.filter((time) => time >= from && time <= to).length;
            expect(inside).toBeLessThanOrEqual(burst + ((to - from) / 1000) * rate + 1e-3);
          }
      }),
      { numRuns: 50 },
    );
  });
});

describe("by places", () => {
  test("who leaves gives a place to the next", () => {
    const passes = passAll({ kind: "concurrent", places: 2 }, 4, 50);
    expect(passes.map(({ atMs }) => atMs)).toEqual([0, 0, 50, 50]);
  });

  test("without a hold time nobody passes while all places are held", () => {
    expect(passAll({ kind: "concurrent", places: 2 }, 4)).toHaveLength(2);
  });

  test("a place is given back when it was held for too long", () => {
    const passes = passAll({ kind: "concurrent", places: 1, holdTimeoutMs: 500 }, 3);
    expect(passes.map(({ atMs }) => atMs)).toEqual([0, 500, 1000]);
  });
});

test("who has passed is not let pass again, and the order is kept", () => {
  const passes = [{ member: "b", atMs: 0, left: true }];
  const rule = { kind: "concurrent", places: 9 } as const;
  expect(planPasses({ rule, waiting: ["c", "b", "a", "c"], passes, nowMs: 1 })).toEqual({ pass: ["c", "a"] });
});
