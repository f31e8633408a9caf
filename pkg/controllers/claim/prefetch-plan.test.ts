import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { aBoundClaim, aComponent } from "../../../test/support/builders.ts";
import type { Claim } from "../../api/index.ts";
import type { PrefetchPackage } from "../../protocol/index.ts";
import { PrefetchBook } from "./prefetch-book.ts";
import { type IdleMachine, type PrefetchPlan, type PrefetchWorld, planPrefetch } from "./prefetch-plan.ts";

const digest = `sha256:${"a".repeat(64)}`;
const packageOf = (name: string): PrefetchPackage => ({ name, digest: name, strip: 0 });
const packages = [packageOf(digest)];
const idle =
  (...uids: readonly string[]) =>
  (): IdleMachine[] =>
    uids.map((uid) => ({ uid, packages, prefetched: [] }));
const members = (count: number): Claim[] =>
  Array.from({ length: count }, (_, ordinal) => aBoundClaim(`web-${ordinal}`, `m${ordinal}`));

function plan(spec: object, over: Partial<PrefetchWorld> = {}) {
  const component = aComponent("web", { spec: { software: ["pack"], replicas: 10, ...spec } });
  return planPrefetch({ component, claims: members(2), isKnown: true, idle: idle("a", "b", "c", "d"), ...over });
}

function machinesOf(made: PrefetchPlan | undefined): readonly string[] | undefined {
  return made && [...made.machines.keys()];
}

function keeping(kept: readonly string[], ...uids: readonly string[]): PrefetchPlan {
  return { machines: new Map(uids.map((uid) => [uid, kept.map(packageOf)])) };
}

describe("B-PRE-1: a component's packages are kept by so many idle machines", () => {
  test.each<[string, object, Partial<PrefetchWorld>, readonly string[] | undefined]>([
    ["a fifth of the replicas, by default", {}, {}, ["a", "b"]],
    ["at least one", { replicas: 1 }, {}, ["a"]],
    ["a number", { prefetch: 3 }, {}, ["a", "b", "c"]],
    ["none", { prefetch: 0 }, {}, []],
    ["as many as there are", { prefetch: "100%" }, {}, ["a", "b", "c", "d"]],
    [
      "those that have them first",
      { prefetch: 1 },
      { idle: () => [...idle("a")(), { uid: "z", packages, prefetched: [digest] }] },
      ["z"],
    ],
    ["none once it is suspended", { suspend: true }, {}, []],
    [
      "nothing new before its members have them",
      {},
      { claims: [aBoundClaim("web-0", "m0", { status: { state: "Installing" } })] },
      undefined,
    ],
    ["nothing new while a digest is not known", {}, { isKnown: false }, undefined],
    ["none where nothing is fetched", {}, { idle: () => [{ uid: "a", packages: [], prefetched: [] }] }, []],
    [
      "B-SOF-15: what is for its kind of machine",
      { prefetch: 1 },
      {
        idle: () => [
          { uid: "arm", packages: [packageOf("other")], prefetched: [] },
          { uid: "amd", packages: [packageOf("one")], prefetched: ["one"] },
        ],
      },
      ["amd"],
    ],
  ])("%s", (_name, spec, over, expected) => {
    expect(machinesOf(plan(spec, over))).toEqual(expected);
  });
});

test("where no machine is idle it is looked again later, and not where nothing shall be kept", () => {
  expect(plan({}, { idle: () => [] })?.isLasting).toBeUndefined();
  expect(plan({ prefetch: 0 })?.isLasting).toBe(true);
});

test("a choice that was carried out is made again, whatever the matcher's order has become", () => {
  const uids = ["a", "b", "c", "d", "e"];
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.shuffledSubarray(uids, { minLength: 5 }), (prefetch, order) => {
      const first = plan({ prefetch }, { idle: idle(...uids) })?.machines ?? new Map();
      const now = order.map((uid) => ({ uid, packages, prefetched: first.has(uid) ? [digest] : [] }));
      expect(machinesOf(plan({ prefetch }, { idle: () => now }))?.toSorted()).toEqual([...first.keys()].toSorted());
    }),
  );
});

test("a machine keeps what any of several components wants there, and is told when nobody does any more", () => {
  const book = new PrefetchBook();
  expect(book.set("web", keeping(["x", "y"], "m1", "m2"))).toEqual(["m1", "m2"]);
  expect(book.set("db", keeping(["y", "z"], "m2"))).toEqual(["m2"]);
  const kept = (uid: string) => book.packagesFor(uid).map(({ digest: one }) => one);
  expect(kept("m2")).toEqual(["x", "y", "z"]);
  expect(book.set("web", keeping(["x"], "m3"))).toEqual(["m1", "m2", "m3"]);
  expect([kept("m1"), kept("m2"), kept("m3")]).toEqual([[], ["y", "z"], ["x"]]);
  expect(book.set("db", undefined)).toEqual(["m2"]);
  expect(kept("m2")).toEqual([]);
});
