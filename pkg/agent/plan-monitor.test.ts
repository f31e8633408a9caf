import fc from "fast-check";
import { expect, test } from "vitest";
import { foldMonitor, initialMonitor } from "./plan-monitor.ts";

const order = { successThreshold: 2, failureThreshold: 3 };

/** What is said after each answer, which come a second apart. */
function said(answers: string): string[] {
  let state = initialMonitor;
  return [...answers].map((answer, index) => {
    state = foldMonitor(state, { ok: answer === "+", message: `failure ${index}` }, order, index * 1000);
    return `${state.says}${state.message === undefined ? "" : `: ${state.message}`} since ${state.sinceAt}`;
  });
}

test("a monitor says nothing before enough answers in a row, and then changes its word by as many", () => {
  expect(said("+-++--+---+++").map((text) => text.replace(/: .*/, "").replace(/ since.*/, ""))).toEqual([
    "Unknown",
    "Unknown",
    "Unknown",
    "Passing",
    "Passing",
    "Passing",
    "Passing",
    "Passing",
    "Passing",
    "Failing",
    "Failing",
    "Passing",
    "Passing",
  ]);
});

test("what is told of a failure is that with which it began", () => {
  expect(said("-----").slice(2)).toEqual(Array(3).fill("Failing: failure 2 since 2000"));
});

test("single successes between failures never make up for one another", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 4 })), (failures) => {
      const answers = failures.map((count) => "-".repeat(count)).join("+");
      expect(said(answers).filter((text) => text.startsWith("Passing"))).toEqual([]);
      const isLong = failures.some((count) => count >= order.failureThreshold);
      expect(said(answers).some((text) => text.startsWith("Failing"))).toBe(isLong);
    }),
  );
});
