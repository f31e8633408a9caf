import fc from "fast-check";
import { expect, test } from "vitest";
import { cpuMillis, formatBytes, formatCpu, memoryBytes, parseQuantity, resolveCount } from "./index.ts";

test.each([
  ["500m", 0.5],
  ["2", 2],
  [1.5, 1.5],
  ["256Mi", 268_435_456],
  ["10G", 1e10],
  ["1e3", 1000],
  ["+.5", 0.5],
  ["-1", -1],
  ["1.", 1],
  ["", undefined],
  ["1K", undefined],
  ["one", undefined],
  ["1 Mi", undefined],
  ["0x10", undefined],
])("parseQuantity(%j) is %j", (text, expected) => {
  const value = parseQuantity(text);
  expect(value).toBe(expected);
});

test("what is written is read again", () => {
  fc.assert(
    fc.property(fc.nat(2 ** 31 - 1), fc.nat(3), (count, power) => {
      const bytes = count * 1024 ** power;
      fc.pre(Number.isSafeInteger(bytes));
      expect(memoryBytes(formatBytes(bytes))).toBe(bytes);
      expect(cpuMillis(formatCpu(count))).toBe(count);
      expect(cpuMillis(count / 1000)).toBe(count);
    }),
  );
});

test("percentages round to the safe side", () => {
  expect(resolveCount("95%", 10, "up")).toBe(10);
  expect(resolveCount("50%", 3, "down")).toBe(1);
  expect(resolveCount("7%", 100, "up")).toBe(7);
  expect(resolveCount(4, 3, "up")).toBe(4);
});
