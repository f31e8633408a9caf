import { expect, test } from "vitest";
import { isVersionRange, newestInRange } from "./version-range.ts";

const tags = ["v1.0.0", "1.2.3", "v1.2.10", "v2.0.0-rc.1", "v2.0.0", "2.1.0+build.7", "release", "v3"];

test.each<[string, string | undefined]>([
  ["1.x", "v1.2.10"],
  ["1", "v1.2.10"],
  ["1.2.3", "1.2.3"],
  ["=v1.2.3", "1.2.3"],
  ["~1.2.3", "v1.2.10"],
  ["~1", "v1.2.10"],
  ["^1.2", "v1.2.10"],
  ["^0.1", undefined],
  [">=1.2 <2", "v1.2.10"],
  [">= 1.2  < 2", "v1.2.10"],
  [">1.2.10", "v3"],
  ["<=2.0.0", "v2.0.0"],
  ["<2.0.0", "v1.2.10"],
  [">=2.0.0-0 <2.0.0", "v2.0.0-rc.1"],
  ["1.0.0 || ~2.1", "2.1.0+build.7"],
  ["*", "v3"],
  ["^9", undefined],
])("the newest tag in %s is %s", (range, expected) => {
  expect(newestInRange(range, tags)).toBe(expected);
});

test.each<[string, boolean]>([
  ["1.x", true],
  ["^1.2 || >=3 <4", true],
  ["newest", false],
  ["1.2.3.4", false],
  [">=", false],
  ["1 ||", false],
])("%s is a range: %s", (text, expected) => {
  expect(isVersionRange(text)).toBe(expected);
});
