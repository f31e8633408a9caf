import { expect, test } from "vitest";
import { arrivals, compare } from "./arrival-curves.ts";

test("the knee saves waiting for stragglers, and never goes below its minimum", () => {
  const [quiet, testbed, dead] = arrivals.map((curve) => compare(curve, 21));
  const release = (rules: ReturnType<typeof compare> | undefined, rule: string) => {
    const found = rules?.get(rule);
    if (found === undefined) throw new Error(`no ${rule}`);
    return found;
  };
  const knee = "knee, at least 80%";
  expect(release(testbed, knee).atMs).toBeLessThan(release(testbed, "all").atMs / 3);
  expect(release(testbed, knee).missing).toBeLessThan(21);
  expect(release(dead, "all").atMs).toBe(600_000);
  expect(release(dead, knee).atMs).toBeLessThan(100_000);
  expect(release(quiet, knee).missing).toBeLessThan(21);
});
