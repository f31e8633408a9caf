import { expect, it, test } from "vitest";
import { fieldChanges } from "./field-changes.ts";
import { objectChanges } from "./object-changes.ts";

it.each([
  ["nothing", { a: 1, b: [1] }, { b: [1], a: 1 }, []],
  ["values", { a: 1, b: "x" }, { a: 2, c: true }, ["a: 1 → 2", 'b: "x" → ', "c:  → true"]],
  ["below", { a: { b: 1, "c/d": 2 } }, { a: { b: 2, "c/d": 3 } }, ["a.b: 1 → 2", 'a["c/d"]: 2 → 3']],
  ["plain lists are one value", { a: ["x", "y"] }, { a: ["x"] }, ['a: ["x","y"] → ["x"]']],
  [
    "items by name",
    { l: [{ name: "a", n: 1 }, { name: "b" }] },
    { l: [{ name: "a", n: 2 }] },
    ["l[a].n: 1 → 2", 'l[b]: {"name":"b"} → '],
  ],
  [
    "another order",
    { l: [{ name: "a" }, { name: "b" }] },
    { l: [{ name: "b" }, { name: "a" }] },
    ['l: ["a","b"] → ["b","a"]'],
  ],
  ["items without names", { l: [{ n: 1 }] }, { l: [{ n: 2 }, { n: 3 }] }, ["l[0].n: 1 → 2", 'l[1]:  → {"n":3}']],
])("tells where values differ: %s", (_name, before, after, told) => {
  const text = (value: unknown): string => (value === undefined ? "" : JSON.stringify(value));
  expect(fieldChanges(before, after).map(({ path, from, to }) => `${path}: ${text(from)} → ${text(to)}`)).toEqual(told);
});

test("values of a Secret are never told, nor what an annotation repeats of them", () => {
  const secret = (value: string) => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: "key",
      annotations: { "kubectl.kubernetes.io/last-applied-configuration": `{"data":"${value}"}` },
    },
    data: { password: value },
  });
  expect(objectChanges(secret("b25l"), secret("dHdv"))).toEqual([{ path: "data.password", from: "***", to: "***" }]);
  expect(objectChanges(undefined, secret("b25l"))).toEqual([{ path: "data", to: { password: "***" } }]);
});
