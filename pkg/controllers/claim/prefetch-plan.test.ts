import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { aBoundClaim, aComponent, aSoftware } from "../../../test/support/builders.ts";
import type { Claim } from "../../api/index.ts";
import type { OrderedPackage } from "../../graph/index.ts";
import { PrefetchBook } from "./prefetch-book.ts";
import { type IdleMachine, type PrefetchWorld, planPrefetch } from "./prefetch-plan.ts";

const digest = `sha256:${"a".repeat(64)}`;
const packages: readonly OrderedPackage[] = [{ name: "pack", digest, software: aSoftware("pack") }];
const idle =
  (...uids: readonly string[]) =>
  (): IdleMachine[] =>
    uids.map((uid) => ({ uid, prefetched: [] }));
const members = (count: number): Claim[] =>
  Array.from({ length: count }, (_, ordinal) => aBoundClaim(`web-${ordinal}`, `m${ordinal}`));

function plan(spec: object, over: Partial<PrefetchWorld> = {}) {
  const component = aComponent("web", { spec: { software: ["pack"], replicas: 10, ...spec } });
  return planPrefetch({ component, claims: members(2), packages, idle: idle("a", "b", "c", "d"), ...over });
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
      { idle: () => [...idle("a")(), { uid: "z", prefetched: [digest] }] },
      ["z"],
    ],
    ["none once it is suspended", { suspend: true }, {}, []],
    [
      "nothing new before its members have them",
      {},
      { claims: [aBoundClaim("web-0", "m0", { status: { state: "Installing" } })] },
      undefined,
    ],
    ["nothing new while a digest is not known", {}, { packages: undefined }, undefined],
    ["none where nothing is fetched", {}, { packages: [{ name: "pack", software: aSoftware("pack") }] }, []],
  ])("%s", (_name, spec, over, expected) => {
    expect(plan(spec, over)?.machines).toEqual(expected);
  });
});

test("a choice that was carried out is made again, whatever the matcher's order has become", () => {
  const uids = ["a", "b", "c", "d", "e"];
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.shuffledSubarray(uids, { minLength: 5 }), (prefetch, order) => {
      const first = plan({ prefetch }, { idle: idle(...uids) })?.machines ?? [];
      const now = order.map((uid) => ({ uid, prefetched: first.includes(uid) ? [digest] : [] }));
      expect(plan({ prefetch }, { idle: () => now })?.machines.toSorted()).toEqual(first.toSorted());
    }),
  );
});

test("a machine keeps what any of several components wants there, and is told when nobody does any more", () => {
  const book = new PrefetchBook();
  expect(book.set("web", { digests: ["x", "y"], machines: ["m1", "m2"] })).toEqual(["m1", "m2"]);
  expect(book.set("db", { digests: ["y", "z"], machines: ["m2"] })).toEqual(["m2"]);
  expect(book.digestsFor("m2")).toEqual(["x", "y", "z"]);
  expect(book.set("web", { digests: ["x"], machines: ["m3"] })).toEqual(["m1", "m2", "m3"]);
  expect([book.digestsFor("m1"), book.digestsFor("m2"), book.digestsFor("m3")]).toEqual([[], ["y", "z"], ["x"]]);
  expect(book.set("db", undefined)).toEqual(["m2"]);
  expect(book.digestsFor("m2")).toEqual([]);
});
