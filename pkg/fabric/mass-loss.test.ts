import { expect, test } from "vitest";
import { isMassLoss } from "./mass-loss.ts";

const limits = { maxFailedPercent: 40, minFailed: 3, windowMs: 60_000 };

test.each<[string, readonly number[], number, boolean]>([
  ["nothing lost", [], 10, false],
  ["two of two: too few to tell", [0, 0], 2, false],
  ["three of three", [0, 1, 2], 3, true],
  ["four of ten is not more than 40 percent", [0, 0, 0, 0], 10, false],
  ["five of ten", [0, 0, 5, 5, 9], 10, true],
  ["five of ten, one after another", [0, 50_000, 100_000, 150_000, 200_000], 10, false],
  ["a mass loss stays one while the machines are away, whatever is lost later", [0, 1, 2, 3, 4, 900_000], 10, true],
])("%s", (_name, losses, total, expected) => {
  expect(isMassLoss(losses, total, limits)).toBe(expected);
});
