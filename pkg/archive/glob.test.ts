import { expect, test } from "vitest";
import { isMatched, parsePattern, stepInto } from "./glob.ts";

function matches(pattern: string, path: string): boolean {
  return isMatched(path.split("/").reduce(stepInto, [parsePattern(pattern)]));
}

test.each([
  ["*.txt", "a.txt", true],
  ["*.txt", "d/a.txt", false],
  ["./out/?.log", "out/a.log", true],
  ["out/?.log", "out/ab.log", false],
  ["**/*.txt", "a.txt", true],
  ["**/*.txt", "d/e/a.txt", true],
  ["d/**", "d/e/f", true],
  ["d/**", "d", false],
  ["d/**/x", "d/e/x/y", false],
  ["*a*b", "xaxbxb", true],
  ["*a*b", "xaxbx", false],
  ["*", ".hidden", false],
  [".h*", ".hidden", true],
  ["**/x", ".git/x", false],
])("%s and %s: %s", (pattern, path, expected) => {
  expect(matches(pattern, path)).toBe(expected);
});

test("a pattern made to be slow is not", () => {
  expect(matches(`${"*a".repeat(200)}b`, "a".repeat(250))).toBe(false);
});
