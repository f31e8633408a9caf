import { expect, test } from "vitest";
import { expand } from "./expand.ts";

const variables = {
  values: new Map([
    ["A", "a $(B)"],
    ["K", "secret"],
  ]),
  secrets: new Set(["K"]),
};

test.each([
  ["plain", "plain", []],
  ["$(A)-$(A)", "a $(B)-a $(B)", []],
  ["$(NONE) $A", "$(NONE) $A", []],
  ["$$(A) $$$(A) $$", "$(A) $a $(B) $", []],
  ["x$(K)", "x$(K)", ["K"]],
  ["$(", "$(", []],
])("%s is %s", (text, expected, secrets) => {
  expect(expand(text, variables)).toEqual({ text: expected, secrets });
});
