import fc from "fast-check";
import { expect, test } from "vitest";
import { memberText } from "./json-member.ts";

test("a member's text is what it would be by itself, whatever stands before it", () => {
  const name = fc.constantFrom("a", "b", "metadata", "meta", "data");
  fc.assert(
    fc.property(fc.dictionary(fc.oneof(name, fc.string()), fc.jsonValue()), name, (object, wanted) => {
      const text = JSON.stringify(object);
      // What JSON makes of it: -0 becomes 0, for one.
      const member = (JSON.parse(text) as Record<string, unknown>)[wanted];
      const isThere = Object.hasOwn(object, wanted);
      expect(memberText(text, wanted)).toBe(isThere ? JSON.stringify(member) : undefined);
    }),
  );
});

test.each([
  ['{"a":1,"b":2}', "b", "2"],
  ['{"a":-1.5e3}', "a", "-1.5e3"],
  ['{"a":"\\"}\\\\","b":[{"b":1},2]}', "b", '[{"b":1},2]'],
  ['{"x":{"a":1},"a":null}', "a", "null"],
  ["{}", "a", undefined],
])("of %s the member %s is %s", (text, name, expected) => {
  expect(memberText(text, name)).toBe(expected);
});
