import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { leadsInside } from "./leads-inside.ts";

test.each([
  ["a file beside it", { l: "x" }, "l", true],
  ["up and down again", { "d/l": "../x" }, "d/l", true],
  ["out", { l: ".." }, "l", false],
  ["an absolute path", { l: "/etc" }, "l", false],
  // Only its letters stay inside.
  ["out through another link", { "d/up": "..", l: "d/up/.." }, "l", false],
  ["itself", { l: "l" }, "l", false],
])("a link to %s", async (_, links, path, expected) => {
  const root = mkdtempSync(join(tmpdir(), "plush-links-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, "d"));
  for (const [name, target] of Object.entries(links)) symlinkSync(target, join(root, name));
  expect(await leadsInside(root, join(root, path))).toBe(expected);
});
