import { expect, it } from "vitest";
import { revisionAt, timeLineOf, timeOf } from "./time-line.ts";

const line = timeLineOf({
  marks: [
    { resourceVersion: "100", at: "1970-01-01T00:00:10Z" },
    { resourceVersion: "200", at: "1970-01-01T00:00:20Z" },
    { resourceVersion: "200", at: "1970-01-01T00:01:00Z" },
    { resourceVersion: "210", at: "1970-01-01T00:01:10Z" },
  ],
});

it("tells the revision of a time, and the time of a revision", () => {
  expect([0, 10_000, 15_000, 20_000, 45_000, 65_000, 90_000].map((at) => revisionAt(line, at))).toEqual([
    100, 100, 150, 200, 200, 205, 210,
  ]);
  expect([1, 100, 150, 205, 999].map((revision) => timeOf(line, revision))).toEqual([
    10_000, 10_000, 15_000, 65_000, 70_000,
  ]);
  expect(revisionAt([], 5)).toBe(0);
});
