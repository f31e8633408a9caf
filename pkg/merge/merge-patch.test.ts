import fc from "fast-check";
import { expect, test } from "vitest";
import { equalJson, isObject, type JsonObject } from "./json.ts";
import { applyMergePatch, makeMergePatch } from "./merge-patch.ts";

// The table of RFC 7386, appendix A.
test.each([
  [{ a: "b" }, { a: "c" }, { a: "c" }],
  [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
  [{ a: "b" }, { a: null }, {}],
  [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
  [{ a: ["b"] }, { a: "c" }, { a: "c" }],
  [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
  [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
  [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
  [
    ["a", "b"],
    ["c", "d"],
    ["c", "d"],
  ],
  [{ a: "b" }, ["c"], ["c"]],
  [{ a: "foo" }, null, null],
  [{ a: "foo" }, "bar", "bar"],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: "b", c: null }, { a: "b" }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
])("%j patched with %j is %j", (target, patch, expected) => {
  expect(applyMergePatch(target, patch)).toEqual(expected);
});

/** Objects without nulls: a merge patch cannot make one. */
const tree: fc.Arbitrary<JsonObject> = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, fc.integer(), fc.string(), fc.array(fc.integer(), { maxLength: 2 }), tie("object")),
  object: fc.dictionary(fc.constantFrom("a", "b", "c", "d"), tie("value"), { maxKeys: 4 }),
})).object as fc.Arbitrary<JsonObject>;

test("the patch made of two objects turns the one into the other, and is empty where they are equal", () => {
  fc.assert(
    fc.property(tree, tree, (before, after) => {
      const patched = applyMergePatch(before, makeMergePatch(before, after));
      expect(equalJson(patched, after)).toBe(true);
      expect(makeMergePatch(after, after)).toEqual({});
    }),
  );
});

test("a field named __proto__ stays a field", () => {
  const patched = applyMergePatch({}, JSON.parse('{"__proto__": {"polluted": true}}'));
  expect(isObject(patched) && Object.hasOwn(patched, "__proto__")).toBe(true);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});
