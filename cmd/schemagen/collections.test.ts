import { expect, test } from "vitest";
import { collectionNames } from "./collections.ts";

const kind = (group: string, name: string, plural: string) => ({
  "x-group": group,
  "x-kind": name,
  "x-plural": plural,
});

test("collections are called by their plurals, with the kind's capitals; a plural used twice is the core group's", () => {
  const names = collectionNames([
    kind("metrics.k8s.io", "NodeMetrics", "nodes"),
    kind("", "Node", "nodes"),
    kind("plush.dev", "ResourcePool", "resourcepools"),
    kind("plush.dev", "Software", "software"),
    kind("", "LimitPolicy", "limitpolicies"),
  ]);
  expect(Object.fromEntries(names)).toEqual({
    nodes: "Node",
    nodeMetrics: "NodeMetrics",
    resourcePools: "ResourcePool",
    software: "Software",
    limitPolicies: "LimitPolicy",
  });
  expect(() =>
    collectionNames([kind("a", "Thing", "things"), kind("b", "Thing", "things"), kind("c", "Thing", "things")]),
  ).toThrow("both called thing");
});
