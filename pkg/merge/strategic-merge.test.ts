import { expect, test } from "vitest";
import type { JsonObject } from "./json.ts";
import { applyStrategicPatch } from "./strategic-merge.ts";
import { makeTypeReader } from "./type-node.ts";

const byName = { "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"] };
const type = makeTypeReader(() => undefined)({
  type: "object",
  properties: {
    items: {
      type: "array",
      ...byName,
      items: {
        type: "object",
        properties: {
          name: { type: "string" },
          value: { type: "string" },
          inner: { type: "array", ...byName, items: { type: "object" } },
        },
      },
    },
    set: { type: "array", "x-kubernetes-list-type": "set", items: { type: "string" } },
    plain: { type: "array", items: { type: "object" } },
    pairs: {
      type: "array",
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["key", "effect"],
      items: { type: "object" },
    },
    map: { type: "object", additionalProperties: { type: "string" } },
  },
});

const item = (name: string, rest: object = {}): object => ({ name, ...rest });
const named = (...names: string[]): object[] => names.map((name) => item(name));

test.each<readonly [string, JsonObject, JsonObject, JsonObject]>([
  [
    "maps are merged, null deletes",
    { map: { a: "1", b: "2" } },
    { map: { b: null, c: "3" } },
    { map: { a: "1", c: "3" } },
  ],
  [
    "items of a list by key are merged one by one, new ones come where the patch has them",
    { items: [item("a", { value: "1" }), item("b")] },
    { items: [item("c"), item("a", { inner: named("x") })] },
    { items: [item("c"), item("a", { value: "1", inner: named("x") }), item("b")] },
  ],
  [
    "an item is deleted by its key",
    { items: named("a", "b") },
    { items: [item("a", { $patch: "delete" })] },
    { items: named("b") },
  ],
  [
    "a list is replaced where the patch says so",
    { items: named("a", "b") },
    { items: [{ $patch: "replace" }, item("c", { value: null })] },
    { items: named("c") },
  ],
  ["members join a set once", { set: ["a", "b"] }, { set: ["c", "a"] }, { set: ["c", "a", "b"] }],
  [
    "members are deleted from a set",
    { set: ["a", "b", "c"] },
    { "$deleteFromPrimitiveList/set": ["a", "z"], "$setElementOrder/set": ["c", "b"] },
    { set: ["c", "b"] },
  ],
  ["any other list is replaced", { plain: [{ a: 1 }] }, { plain: [{ b: 1, c: null }] }, { plain: [{ b: 1 }] }],
  [
    "a list by more than one key is replaced",
    { pairs: [{ key: "a", effect: "x" }] },
    { pairs: [{ key: "a", effect: "y" }] },
    { pairs: [{ key: "a", effect: "y" }] },
  ],
  [
    "an order is given; what the patch does not know keeps its place",
    { items: named("a", "foreign", "b") },
    { "$setElementOrder/items": named("b", "a"), items: [item("b", { value: "2" })] },
    { items: [item("foreign"), item("b", { value: "2" }), item("a")] },
  ],
  [
    "an order alone changes the order",
    { set: ["a", "b", "c"] },
    { "$setElementOrder/set": ["c", "a"] },
    { set: ["b", "c", "a"] },
  ],
  [
    "only what is retained stays",
    { map: { a: "1", b: "2", c: "3" } },
    { map: { $retainKeys: ["a", "d"], d: "4", e: null } },
    { map: { a: "1", d: "4" } },
  ],
  ["a map is replaced", { map: { a: "1" } }, { map: { $patch: "replace", b: "2" } }, { map: { b: "2" } }],
  ["a map is emptied", { map: { a: "1" } }, { map: { $patch: "delete" } }, { map: {} }],
  [
    "directives and nulls are no part of what is new",
    {},
    { items: [item("a", { $retainKeys: ["name"], value: null }), item("z", { $patch: "delete" })] },
    { items: named("a") },
  ],
])("%s", (_name, target, patch, expected) => {
  const copies = structuredClone({ target, patch });
  expect(applyStrategicPatch(type, target, patch)).toEqual(expected);
  expect({ target, patch }).toEqual(copies);
});

test.each<readonly [string, JsonObject]>([
  ["an unknown directive", { map: { $patch: "merge" } }],
  ["an unknown directive in a list", { items: [item("a", { $patch: "merge" })] }],
  ["a deletion without a key", { items: [{ $patch: "delete" }] }],
  ["an item without its key", { items: [{ value: "1" }] }],
  ["an item that is no object", { items: ["a"] }],
  ["an order that is no list", { "$setElementOrder/items": "a" }],
  ["an order that leaves out what is set", { "$setElementOrder/items": named("b"), items: named("a") }],
  ["an order that is not that of what is set", { "$setElementOrder/set": ["a", "b"], set: ["b", "a"] }],
  ["a field that is set and not retained", { map: { $retainKeys: ["a"], b: "2" } }],
])("%s is refused", (_name, patch) => {
  expect(() => applyStrategicPatch(type, { items: named("a") }, patch)).toThrow(
    expect.objectContaining({ reason: "BadRequest" }),
  );
});
