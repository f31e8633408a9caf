import fc from "fast-check";
import { expect, it } from "vitest";
import { shellLine, splitShellLine } from "./shell-line.ts";

it("splits as a shell does", () => {
  expect(splitShellLine(` sh -c 'echo "$A"; x' a\\ b "c \\"d\\" \\x" ''`)).toEqual([
    ...["sh", "-c", 'echo "$A"; x', "a b", 'c "d" \\x', ""],
  ]);
  expect(splitShellLine("a|b > c && $(d)")).toEqual(["a|b", ">", "c", "&&", "$(d)"]);
  expect(splitShellLine("it's")).toBeUndefined();
  expect(splitShellLine('open "')).toBeUndefined();
  expect(splitShellLine("trailing\\")).toBeUndefined();
  expect(splitShellLine("  ")).toEqual([]);
});

it("reads back what it writes", () => {
  const isSame = (words: readonly string[]) => {
    expect(splitShellLine(shellLine(words))).toEqual(words);
  };
  fc.assert(fc.property(fc.array(fc.string()), isSame));
});
