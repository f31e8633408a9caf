import { expect, test } from "vitest";
import { reportOf } from "./report.ts";

const figure = { work: "a thing", reference: "another: 2 s", measured: "1 s", bar: "≤ 1 ×", met: true };
const outcome = {
  name: "things",
  figures: [figure],
  startedAt: new Date("2026-11-30T21:05:59Z"),
  seconds: 150,
  load: { before: 0.12, after: 1.94 },
};

test("a report says what was measured when, on which machine, and how busy that was", () => {
  expect(reportOf(outcome, "2 cores (some), 24 GB")).toBe(`# things

2026-11-30 21:05 UTC. Machine: 2 cores (some), 24 GB. Load 0.1 before, 1.9 after; took 2.5 minutes.

| work | reference, same run | measured | bar | |
|---|---|---|---|---|
| a thing | another: 2 s | 1 s | ≤ 1 × | met |

`);
});

test("what was measured before a failure is in the report, beside the failure", () => {
  const failed = reportOf({ ...outcome, failure: "the host is gone" }, "a machine");
  expect(failed).toContain("| a thing |");
  expect(failed).toContain("It failed: the host is gone");
});
