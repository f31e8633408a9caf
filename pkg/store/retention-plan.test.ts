import { expect, test } from "vitest";
import { planCompaction, retentionFor } from "./retention-plan.ts";

/** A mark every second, with a hundred revisions and as many bytes between two. */
const marks = Array.from({ length: 1000 }, (_, n) => ({ revision: n * 100, at: n * 1000, bytes: n * 100 }));
const head = { revision: 100_000, at: 1_000_000, bytes: 100_000 };
const hour = 3_600_000;

test.each([
  ["no longer than it may be", retentionFor(15 * 60_000), 10_000],
  ["shorter than what is else kept at least, where that is wished", retentionFor(5000), 99_500],
  ["by its size", { ...retentionFor(hour), maxBytes: 1000, minAgeMs: 0 }, 90_000],
  ["at least so many revisions", { ...retentionFor(5000), minRevisions: 40_000 }, 60_000],
  ["at least so long", { ...retentionFor(hour), maxBytes: 1000 }, 40_000],
])("history is kept %s", (_, limits, expected) => {
  expect(planCompaction(marks, head, limits)).toBe(expected);
});
