import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compilePattern } from "./pattern.ts";

const marked = (pattern: string, line: string): string => {
  let out = "";
  let at = 0;
  for (const { from, to } of compilePattern(pattern).ranges(line)) {
    out += `${line.slice(at, from)}[${line.slice(from, to)}]`;
    at = to;
  }
  return out + line.slice(at);
};

describe("compilePattern", () => {
  it.each([
    ["error", "An ERROR and an error", "An [ERROR] and an [error]"],
    ["\\d+ms", "took 12ms, 7 ms", "took [12ms], 7 ms"],
    ["^a|a$", "aba", "[a]b[a]"],
    ["(foo|ba[rz]){2}", "foobar barbaz", "[foobar] [barbaz]"],
    ["[^ ]+@[\\w.]+", "to a.b@c.de now", "to [a.b@c.de] now"],
    ["a{2,3}", "a aa aaa aaaa", "a [aa] [aaa] [aaa]a"],
    ["\\[\\]-]", "x[]-]", "x[[]-]]"],
    ["[]-]x", "-x ]x", "[-x] []x]"],
    ["", "abc", "abc"],
  ])("%s in %s", (pattern, line, wanted) => {
    expect(marked(pattern, line)).toBe(wanted);
    expect(compilePattern(pattern).test(line)).toBe(true);
  });

  it.each(["(", "a)", "[a", "*a", "\\", "a{3,2}", "(?=a)", "\\bword", "(a{1000}){1000}", "[z-a]"])(
    "refuses %s",
    (pattern) => {
      expect(() => compilePattern(pattern)).toThrow();
    },
  );

  it("finds what the browser's engine finds", () => {
    const atom = fc.constantFrom("a", "b", ".", "[ab]", "[^a]", "\\d", "(a|bc)", "(?:b*)", "^", "$", "1");
    const part = fc.tuple(atom, fc.constantFrom("", "*", "+", "?", "{2}", "{1,2}")).map((pair) =>
      // What stands at no width cannot be repeated everywhere.
      pair[0] === "^" || pair[0] === "$" ? pair[0] : pair.join(""),
    );
    const pattern = fc
      .tuple(fc.array(part, { maxLength: 4 }), fc.array(part, { maxLength: 3 }))
      .map(([left, right]) => (right.length === 0 ? left.join("") : `${left.join("")}|${right.join("")}`));
    fc.assert(
      fc.property(pattern, fc.stringMatching(/^[abcAB1]{0,12}$/), (text, line) => {
        expect(compilePattern(text).test(line)).toBe(new RegExp(text, "i").test(line));
      }),
      { numRuns: 1000 },
    );
  });

  it("takes a moment where other engines take for ever", () => {
    const line = `${"a".repeat(50_000)}b`;
    const began = performance.now();
    for (const pattern of ["(a+)+$", "(a|aa)*c", "(.*)*(.*)*x", "(a?){50}a{50}c"])
      expect(compilePattern(pattern).test(line)).toBe(false);
    compilePattern("(a+)+$").ranges(line);
    expect(performance.now() - began).toBeLessThan(5000);
  });
});
