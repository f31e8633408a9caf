import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Ranges } from "./ranges.ts";
import { rangeCount } from "./world-plan.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "plush-ranges-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const open = () => new Ranges(join(directory, "ranges"));

test("two pools that would like the same range have two, and keep them", () => {
  expect(open().claim("one", 5)).toBe(5);
  expect(open().claim("two", 5)).toBe(6);
  expect(open().claim("three", 6)).toBe(7);
  open().release(5);
  // What has a place stays there, whatever has become free.
  expect(open().claim("two", 5)).toBe(6);
  expect(open().claim("four", 5)).toBe(5);
  expect([...open().claims()].sort()).toEqual([
    [5, "four"],
    [6, "two"],
    [7, "three"],
  ]);
});

test("the search goes on at the beginning, and says when there is none left", () => {
  expect(open().claim("last", rangeCount - 1)).toBe(rangeCount - 1);
  expect(open().claim("first", rangeCount - 1)).toBe(0);
  for (let at = 1; at < rangeCount - 1; at++) expect(open().claim(`more-${at}`, 0)).toBe(at);
  expect(() => open().claim("one too many", 3)).toThrow("all 128 ranges of addresses for emulated machines are in use");
});
