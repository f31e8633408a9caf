import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planRolling, type RollingMember } from "./rolling-plan.ts";

/** "a" ready at the target, "o" ready at the old revision, small "x"/"y": not ready at target / old, "n": admitted to none. */
function members(text: string): RollingMember[] {
  return [...text].map((letter, ordinal) => ({
    ordinal,
    ...(letter !== "n" && { revision: letter === "a" || letter === "x" ? "new" : "old" }),
    ready: letter === "a" || letter === "o",
    updated: letter === "a",
    readyForMs: 1000,
  }));
}

const strategy = { maxUnavailable: 1, minReadyTime: "0s", autoRevert: true, progressDeadline: "10m" };

function admitted(text: string, maxUnavailable: number | string, minReadyTime = "0s", replicas = text.length): string {
  const world = {
    target: "new",
    members: members(text),
    replicas,
    strategy: { ...strategy, maxUnavailable, minReadyTime },
  };
  const { admit, recheckAfterMs } = planRolling(world);
  return admit.join(",") + (recheckAfterMs === undefined ? "" : ` after ${recheckAfterMs}`);
}

describe("planRolling", () => {
  test.each([
    ["the first ordinal first", "ooo", 1, "0"],
    ["the next when it is ready", "aoo", 1, "1"],
    ["not before", "xoo", 1, ""],
    ["two at once", "oooo", 2, "0,1"],
    ["a percentage, rounded down", "ooooo", "50%", "0,1"],
    ["at least one", "ooo", "10%", "0"],
    ["one that is not ready is free, and uses the budget up", "oyo", 1, "1"],
    ["the budget counts those not ready for any reason", "ooy", 2, "0,2"],
    ["all at once before anything is ready", "yyy", 1, "0,1,2"],
    ["new ones at once", "nnn", 1, "0,1,2"],
    ["nothing left", "aaa", 1, ""],
  ])("%s", (_name, text, maxUnavailable, expected) => {
    expect(admitted(text, maxUnavailable)).toBe(expected);
  });

  test("B-UPD-6: a member counts as available after minReadyTime, and the plan says when", () => {
    expect(admitted("aoo", 1, "5s")).toBe(" after 4000");
    expect(admitted("aoo", 1, "1s")).toBe("1");
  });

  test("a missing member counts as unavailable", () => {
    expect(admitted("oo", 1, "0s", 3)).toBe("");
  });

  test("B-UPD-5: an update never takes more than maxUnavailable members away, and ends with all updated", () => {
    const initial = fc.array(fc.constantFrom("a", "o", "x", "y", "n"), { minLength: 1, maxLength: 8 });
    const finishing = fc.array(fc.nat({ max: 7 }), { maxLength: 40 });
    fc.assert(
      fc.property(initial, finishing, fc.integer({ min: 1, max: 3 }), (letters, order, maxUnavailable) => {
        const state = [...letters];
        const finish = (index: number): void => {
          if (state[index] === "x") state[index] = "a";
        };
        const step = (): void => {
          const away = state.filter((letter) => letter !== "a" && letter !== "o").length;
          const { admit } = planRolling({
            target: "new",
            members: members(state.join("")),
            replicas: state.length,
            strategy: { ...strategy, maxUnavailable },
          });
          for (const ordinal of admit) state[ordinal] = "x";
          const now = state.filter((letter) => letter !== "a" && letter !== "o").length;
          expect(now).toBeLessThanOrEqual(Math.max(away, maxUnavailable));
        };
        for (const index of order) {
          step();
          finish(index);
        }
        for (let round = 0; round < 10; round++) {
          step();
          for (let index = 0; index < state.length; index++) finish(index);
        }
        expect(state.every((letter) => letter === "a")).toBe(true);
      }),
    );
  });
});
