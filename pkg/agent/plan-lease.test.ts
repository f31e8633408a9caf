import fc from "fast-check";
import { expect, test } from "vitest";
import type { LeaseGrant } from "../protocol/index.ts";
import { grantRefusal, laterLease, leaseLine, leaseOf, readLeaseLine, seeLease } from "./plan-lease.ts";

const grant: LeaseGrant = {
  kind: "LeaseGrant",
  clusterUid: "cluster",
  resourceUid: "m1",
  term: 7,
  boot: "b1",
  at: 100_000,
  leases: [{ uid: "c1", epoch: 2, leaseMs: 15_000 }],
};
const known = { clusterUid: "cluster", resourceUid: "m1", term: 7, boot: "b1", uptimeMs: 100_200 };
const lease = leaseOf({ uid: "c1", epoch: 2, leaseMs: 15_000 }, grant);

test.each([
  [100_000, "held", 10_000],
  [109_999, "held", 1],
  [110_000, "lapsed", 5000],
  [114_999, "lapsed", 1],
  [115_000, "over", undefined],
  [200_000, "over", undefined],
] as const)("a lease of 15 s asked for at 100 s is at %d: %s", (uptime, state, changesInMs) => {
  expect(seeLease(lease, uptime)).toEqual({ state, ...(changesInMs !== undefined && { changesInMs }) });
});

test("no lease is one that is over", () => {
  expect(seeLease(undefined, 0)).toEqual({ state: "over" });
});

test("it never holds for longer than from the request on, whatever its length", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e10 }), fc.integer({ min: 3000, max: 300_000 }), (at, leaseMs) => {
      const { stopAt, endAt, renewAt } = leaseOf({ uid: "c1", epoch: 1, leaseMs }, { ...grant, at });
      expect(endAt).toBeLessThanOrEqual(at + leaseMs);
      expect(stopAt).toBeLessThan(endAt);
      expect(renewAt).toBeLessThan(stopAt);
    }),
  );
});

test("a grant that was overtaken changes nothing", () => {
  const later = leaseOf({ uid: "c1", epoch: 2, leaseMs: 15_000 }, { ...grant, at: 103_000 });
  expect(laterLease(later, lease)).toBe(later);
  expect(laterLease(lease, later)).toBe(later);
});

test.each([
  ["as it should be", {}, {}, undefined],
  ["of another cluster", { clusterUid: "other" }, {}, "another machine"],
  ["for another machine", { resourceUid: "m2" }, {}, "another machine"],
  ["of an older term", { term: 6 }, {}, "older than 7"],
  ["of a later term", { term: 8 }, {}, undefined],
  ["of another boot", { boot: "b0" }, {}, "another boot"],
  ["that answers the future", {}, { uptimeMs: 99_000 }, "not asked yet"],
])("B-FEN-6: a grant %s", (_name, change, state, refusal) => {
  const found = grantRefusal({ ...grant, ...change }, { ...known, ...state });
  if (refusal === undefined) expect(found).toBeUndefined();
  else expect(found?.message).toContain(refusal);
});

test("what is on disk says the same, under the same boot", () => {
  expect(readLeaseLine(leaseLine(lease), lease)).toEqual({ ...lease, renewAt: 0 });
  expect(readLeaseLine(leaseLine(lease), { ...lease, boot: "b2" })).toBeUndefined();
  expect(readLeaseLine("", lease)).toBeUndefined();
});
