import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type LabelRequirement, matchesLabels, parseLabelSelector } from "./index.ts";

const labels = { app: "web", tier: "3", "plush.dev/ordinal": "0" };

describe("label selectors", () => {
  test.each([
    ["", true],
    ["app=web", true],
    ["app==db", false],
    ["app!=db,tier=3", true],
    ["missing!=x", true],
    ["app in (db, web)", true],
    ["app notin (db,web)", false],
    ["app", true],
    ["!app", false],
    ["! missing", true],
    ["tier>2,tier<4", true],
    ["app>2", false],
    ["plush.dev/ordinal in (0)", true],
    ["constructor", false],
  ])("%j on labels gives %j", (text, expected) => {
    expect(matchesLabels(parseLabelSelector(text) ?? [], labels)).toBe(expected);
    expect(parseLabelSelector(text)).toBeDefined();
  });

  test.each([
    "=a",
    "a=b c",
    "a in",
    "a in (b",
    "a>b",
    ",",
    "a,,b",
    "a b",
    "a=-",
    "a in (b,c d)",
    "a/b/c",
    "x".repeat(64),
  ])("%j is none", (text) => {
    expect(parseLabelSelector(text)).toBeUndefined();
  });

  test("manifest form", () => {
    const selector = {
      matchLabels: { app: "web" },
      matchExpressions: [{ key: "gpu", operator: "DoesNotExist" as const }],
    };
    expect(matchesLabels(selector, labels)).toBe(true);
    expect(matchesLabels(selector, { ...labels, gpu: "" })).toBe(false);
    expect(matchesLabels({}, undefined)).toBe(true);
  });

  const word = fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/);
  const requirement: fc.Arbitrary<LabelRequirement> = fc.oneof(
    fc.record({
      key: word,
      operator: fc.constantFrom("In" as const, "NotIn" as const),
      values: fc.array(word, { minLength: 1 }),
    }),
    fc.record({
      key: word,
      operator: fc.constantFrom("Exists" as const, "DoesNotExist" as const),
      values: fc.constant([]),
    }),
  );

  test("what is written is read again", () => {
    fc.assert(
      fc.property(fc.array(requirement, { minLength: 1 }), (requirements) => {
        expect(parseLabelSelector(requirements.map(write).join(","))).toEqual(requirements);
      }),
    );
  });

  test("a requirement and its opposite never both hold", () => {
    const opposite = {
      In: "NotIn",
      NotIn: "In",
      Exists: "DoesNotExist",
      DoesNotExist: "Exists",
      Gt: "Lt",
      Lt: "Gt",
    } as const;
    fc.assert(
      fc.property(requirement, fc.dictionary(word, word), (one, some) => {
        const other = { ...one, operator: opposite[one.operator] };
        expect(matchesLabels([one], some)).not.toBe(matchesLabels([other], some));
      }),
    );
  });
});

function write({ key, operator, values }: LabelRequirement): string {
  if (operator === "Exists") return key;
  if (operator === "DoesNotExist") return `!${key}`;
  return `${key} ${operator === "In" ? "in" : "notin"} (${values.join(",")})`;
}
