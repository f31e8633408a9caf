import fc from "fast-check";
import { expect, test } from "vitest";
import { findDuplicateKeys } from "./duplicate-keys.ts";
import { readYaml } from "./yaml-body.ts";

test.each([
  ['{"a":1,"b":{"a":2}}', []],
  ['{"a":1, "a" : 2}', ["a"]],
  ['{"spec":{"list":[1,{"x":"}{,\\"","y":[]},{"x":1,"\\u0078":2}]}}', ["spec.list[2].x"]],
  ['{"a":{"b":1,"b":2,"b":3}}', ["a.b", "a.b"]],
  ['["a","a",{"a":"a"}]', []],
  ['"a"', []],
])("%s", (text, expected) => {
  JSON.parse(text);
  expect(findDuplicateKeys(text)).toEqual(expected);
});

test("nothing stands twice in what was written from a value, however it looks", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(findDuplicateKeys(JSON.stringify(value, null, 1))).toEqual([]);
    }),
  );
});

test("YAML tells its duplicates too, and the last one counts", () => {
  const body = readYaml("a: 1\nb: [{x: 1, x: 2}]\na: {c: 1}\n");
  expect(body.value).toEqual({ a: { c: 1 }, b: [{ x: 2 }] });
  expect(body.duplicates()).toEqual(["a", "b[0].x"]);
});
