import { expect, test } from "vitest";
import { applyJsonPatch } from "./json-patch.ts";

const document = { foo: ["a", { b: 1 }], "a/b": { "m~n": 1 }, bar: null };

// After RFC 6902, appendix A.
test.each([
  ["add a member", [{ op: "add", path: "/baz", value: 1 }], { ...document, baz: 1 }],
  ["add to a list", [{ op: "add", path: "/foo/1", value: "x" }], { ...document, foo: ["a", "x", { b: 1 }] }],
  ["append to a list", [{ op: "add", path: "/foo/-", value: "x" }], { ...document, foo: ["a", { b: 1 }, "x"] }],
  ["remove", [{ op: "remove", path: "/foo/0" }], { ...document, foo: [{ b: 1 }] }],
  ["replace inside", [{ op: "replace", path: "/foo/1/b", value: 2 }], { ...document, foo: ["a", { b: 2 }] }],
  ["replace all", [{ op: "replace", path: "", value: 7 }], 7],
  ["move", [{ op: "move", from: "/foo/0", path: "/first" }], { ...document, foo: [{ b: 1 }], first: "a" }],
  ["copy", [{ op: "copy", from: "/foo/1", path: "/foo/0" }], { ...document, foo: [{ b: 1 }, "a", { b: 1 }] }],
  ["escaped names", [{ op: "replace", path: "/a~1b/m~0n", value: 2 }], { ...document, "a/b": { "m~n": 2 } }],
  ["a test that holds", [{ op: "test", path: "/foo", value: ["a", { b: 1 }] }], document],
])("%s", (_name, patch, expected) => {
  const copy = structuredClone(document);
  expect(applyJsonPatch(document, patch)).toEqual(expected);
  expect(document).toEqual(copy);
});

test.each([
  ["a test that does not hold", "Invalid", [{ op: "test", path: "/foo/0", value: "b" }]],
  ["a path that is not there", "Invalid", [{ op: "remove", path: "/nope" }]],
  ["a parent that is not there", "Invalid", [{ op: "add", path: "/nope/a", value: 1 }]],
  ["an index beyond the end", "Invalid", [{ op: "add", path: "/foo/3", value: 1 }]],
  ["an index that is none", "Invalid", [{ op: "add", path: "/foo/01", value: 1 }]],
  ["a move into itself", "Invalid", [{ op: "move", from: "/foo", path: "/foo/0" }]],
  ["an unknown operation", "BadRequest", [{ op: "merge", path: "" }]],
  ["a pointer without slash", "BadRequest", [{ op: "remove", path: "foo" }]],
  ["a prototype", "BadRequest", [{ op: "add", path: "/__proto__/x", value: 1 }]],
  ["no list", "BadRequest", { op: "remove", path: "/foo" }],
])("%s is refused", (_name, reason, patch) => {
  expect(() => applyJsonPatch(document, patch)).toThrow(expect.objectContaining({ reason }));
});

test("operations may touch a large document very often, and copy it seldom", () => {
  const large = {
    data: Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`k${index}`, ""])),
    list: [0],
  };
  const adds = Array.from({ length: 5000 }, (_, index) => [
    { op: "add", path: `/data/n${index}`, value: "x" },
    { op: "add", path: "/list/0", value: index },
  ]).flat();
  const patched = applyJsonPatch(large, adds) as typeof large;
  expect(Object.keys(patched.data)).toHaveLength(55_000);
  expect(patched.list.slice(0, 2)).toEqual([4999, 4998]);
  expect(large.list).toEqual([0]);
  expect(() => applyJsonPatch({}, [...adds, { op: "test", path: "", value: {} }])).toThrow(
    expect.objectContaining({ reason: "RequestEntityTooLarge", message: expect.stringContaining("got 10001") }),
  );
});

test("a patch whose copies grow without end is refused, and so is one that becomes a chain", () => {
  const doubling = Array.from({ length: 40 }, (_, index) => ({ op: "copy", from: "", path: `/c${index}` }));
  const nesting = Array.from({ length: 40 }, (_, index) => ({
    op: "copy",
    from: "",
    path: "/c".repeat(2 ** Math.min(index, 18)),
  }));
  for (const patch of [doubling, nesting])
    expect(() => applyJsonPatch({ a: 1 }, patch)).toThrow(expect.objectContaining({ reason: "RequestEntityTooLarge" }));
});

test("what is copied, moved or added lives a life of its own", () => {
  const value = { x: 1 };
  const patched = applyJsonPatch({ a: { b: [1] } }, [
    { op: "copy", from: "/a", path: "/c" },
    { op: "add", path: "/c/b/-", value: 2 },
    { op: "add", path: "/d", value },
    { op: "replace", path: "/d/x", value: 2 },
    { op: "move", from: "/a", path: "/e" },
    { op: "remove", path: "/e/b/0" },
  ]);
  expect(patched).toEqual({ c: { b: [1, 2] }, d: { x: 2 }, e: { b: [] } });
  expect(value).toEqual({ x: 1 });
});
