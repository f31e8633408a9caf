import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mergeExpositions } from "./merge-expositions.ts";
import { parseExposition } from "./parse-exposition.ts";

const served = `# HELP requests_total How many there were.
# TYPE requests_total counter
requests_total{path="/a\\"b\\\\",process="mine"} 3 1700000000000
requests_total{path="/"} 1e+3

# a remark
# TYPE took_seconds histogram
took_seconds_bucket{le="0.1"} 1
took_seconds_bucket{le="+Inf"} 2
took_seconds_sum 0.5
took_seconds_count 2
temperature{} NaN
`;

describe("Prometheus' text format", () => {
  test("is read by families", () => {
    const families = parseExposition(served);
    expect(families.map(({ name, type, samples }) => `${name} ${type} ${samples.length}`)).toEqual([
      "requests_total counter 2",
      "took_seconds histogram 4",
      "temperature untyped 1",
    ]);
    expect(families[0]?.samples[0]).toEqual({
      name: "requests_total",
      labels: [
        ["path", '/a\\"b\\\\'],
        ["process", "mine"],
      ],
      rest: "3 1700000000000",
    });
  });

  test.each([
    ["<html>", "line 1: it begins with no name of a metric"],
    ["a 1\nb", 'line 2: "" is no number'],
    ["a 1 2 3", "line 1: after the number there may be a time, and nothing else"],
    ["a 0x1", 'line 1: "0x1" is no number'],
    ['a{b="c} 1', "line 1: its labels cannot be read"],
    ['a{b="c" d="e"} 1', "line 1: its labels cannot be read"],
    ['a{b="1",b="2"} 1', "line 1: label b is there twice"],
    ['a{b="1"} 1\na{b="1"} 2', "line 2: a is there twice with the same labels"],
    ["# TYPE a speed\na 1", 'line 1: "speed" is no type'],
    ["a 1\n# TYPE a gauge", "line 2: the type of a comes too late"],
  ])("is not %s", (text, fault) => {
    expect(() => parseExposition(text)).toThrow(fault);
  });

  test("whatever comes is read, or refused with a line, and in time", () => {
    const anything = fc.oneof(
      fc.string(),
      fc.string().map((text) => `a{${text}`),
      fc
        .array(fc.constantFrom("a", "{", "}", '"', "\\", "=", ",", " ", "1", "\n", "#", "TYPE"))
        .map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(anything, (text) => {
        try {
          const families = parseExposition(text);
          const again = parseExposition(mergeExpositions([{ labels: {}, families }]).text);
          expect(again.map(({ name }) => name).sort()).toEqual(families.map(({ name }) => name).sort());
        } catch (error) {
          expect(String(error)).toMatch(/^Error: line \d+: /);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

test("B-MET-1: each family is there once, with labels of whose it is, and its own ones are kept beside them", () => {
  const { text, faults } = mergeExpositions([
    { labels: { process: "p0", ordinal: "0" }, families: parseExposition(served) },
    {
      labels: { process: 'p"1', ordinal: "1" },
      families: parseExposition("# HELP temperature Outside.\ntemperature 7"),
    },
  ]);
  expect(faults.size).toBe(0);
  expect(text.split("\n").filter((line) => /temp|requests/.test(line))).toEqual([
    "# HELP requests_total How many there were.",
    "# TYPE requests_total counter",
    'requests_total{process="p0",ordinal="0",path="/a\\"b\\\\",exported_process="mine"} 3 1700000000000',
    'requests_total{process="p0",ordinal="0",path="/"} 1e+3',
    "# HELP temperature Outside.",
    "# TYPE temperature untyped",
    'temperature{process="p0",ordinal="0"} NaN',
    'temperature{process="p\\"1",ordinal="1"} 7',
  ]);
});

test("B-MET-2: what contradicts what was said before is left out and told, and harms nobody else", () => {
  const of = (text: string) => ({ labels: {}, families: parseExposition(text) });
  const { text, faults } = mergeExpositions([
    of("# TYPE a counter\na 1\n# TYPE took histogram\ntook_count 1"),
    of("# TYPE a gauge\na 2\nb 1"),
    of("# TYPE took_count gauge\ntook_count 5\nc 1"),
    of("d_sum 1"),
    of("# TYPE d summary\nd_count 1"),
  ]);
  expect(Object.fromEntries(faults)).toEqual({
    1: ["a is a gauge, of another process a counter"],
    2: ["took_count belongs to took of another process"],
    4: ["d_sum belongs to d_sum of another process"],
  });
  expect(text.split("\n").filter((line) => !line.startsWith("#"))).toEqual([
    "a 1",
    "b 1",
    "c 1",
    "d_sum 1",
    "took_count 1",
    "",
  ]);
});
