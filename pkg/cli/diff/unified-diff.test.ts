import fc from "fast-check";
import { expect, it } from "vitest";
import { unifiedDiff } from "./unified-diff.ts";

it("prints hunks with their context", () => {
  const before = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`);
  const after = before.with(1, "second").toSpliced(15, 1);
  expect(unifiedDiff(`${before.join("\n")}\n`, `${after.join("\n")}\n`, "a", "b")).toBe(
    `--- a
+++ b
@@ -1,5 +1,5 @@
 line 1
-line 2
+second
 line 3
 line 4
 line 5
@@ -13,7 +13,6 @@
 line 13
 line 14
 line 15
-line 16
 line 17
 line 18
 line 19
`,
  );
  expect(unifiedDiff("", "x\n", "a", "b")).toBe("--- a\n+++ b\n@@ -0,0 +1 @@\n+x\n");
});

it("is empty for equal texts, and holds both sides of each change", () => {
  const text = fc
    .array(fc.constantFrom("a", "b", "c"), { maxLength: 12 })
    .map((lines) => lines.map((line) => `${line}\n`).join(""));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const diff = unifiedDiff(before, after, "x", "y");
      if (before === after) return diff === "";
      const counts = (mark: string): number =>
        diff
          .split("\n")
          .slice(2)
          .filter((line) => line.startsWith(mark)).length;
      const lines = (side: string): number => side.split("\n").length - 1;
      return diff !== "" && lines(before) - counts("-") === lines(after) - counts("+");
    }),
  );
});
