import { expect, test } from "vitest";
import { namedKinds } from "./kind-names.ts";

test.each([
  ["resourcepools", ["ResourcePool"]],
  ["resourcepool", ["ResourcePool"]],
  ["ResourcePool", ["ResourcePool"]],
  ["pool", ["ResourcePool"]],
  ["pools", ["ResourcePool"]],
  ["pools.plush.dev", ["ResourcePool"]],
  ["resourcepools.v1.plush.dev", ["ResourcePool"]],
  ["apps", ["Application"]],
  ["pool.apps", []],
  ["nothing", []],
])("%s names %j", (word, expected) => {
  expect(namedKinds(word).map(({ kind }) => kind)).toEqual(expected);
});

test("a category names its kinds", () => {
  expect(namedKinds("all").map(({ kind }) => kind)).toContain("Application");
});
