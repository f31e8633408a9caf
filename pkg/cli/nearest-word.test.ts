import { expect, it } from "vitest";
import { nearestWord } from "./nearest-word.ts";

it.each([
  ["aply", "apply"],
  ["gte", "get"],
  ["APPS", "app"],
  ["--outptu", "--output"],
  ["frobnicate", undefined],
  ["xy", undefined],
])("%s is most likely %s", (word, meant) => {
  expect(nearestWord(word, ["get", "apply", "app", "--output"])).toBe(meant);
});
