import { describe, expect, test } from "vitest";
import { LineSplitter } from "./lines.ts";

const text = (value: string): Buffer => Buffer.from(value);

describe("LineSplitter", () => {
  test("gives whole lines, however they arrive", () => {
    const splitter = new LineSplitter(100);
    expect(splitter.push(text("one\ntw"))).toEqual(["one"]);
    expect(splitter.push(text("o"))).toEqual([]);
    expect(splitter.push(text("\nthree\nfour\n"))).toEqual(["two", "three", "four"]);
  });

  test("leaves out empty lines", () => {
    expect(new LineSplitter(100).push(text("\n\none\n\n"))).toEqual(["one"]);
  });

  test("puts a character together whose bytes come apart", () => {
    const splitter = new LineSplitter(100);
    const bytes = text("grün\n");
    expect(splitter.push(bytes.subarray(0, 3))).toEqual([]);
    expect(splitter.push(bytes.subarray(3))).toEqual(["grün"]);
  });

  test.each([
    ["one that has not ended", "123456"],
    ["one that has", "123456\n"],
    ["one among others", "1\n123456\n2\n"],
  ])("refuses a line that is too long: %s", (_, value) => {
    expect(() => new LineSplitter(5).push(text(value))).toThrow("line longer than 5 characters");
  });

  test("takes lines as long as the limit", () => {
    expect(new LineSplitter(5).push(text("12345\n12345"))).toEqual(["12345"]);
  });
});
