import fc from "fast-check";
import { expect, test } from "vitest";
import { compareVersions } from "./version.ts";

test.each([
  ["6.1.12", ">", "6.1.9"],
  ["6.1.0-18-amd64", ">", "6.1"],
  ["6.1.0-18-amd64", "<", "6.2"],
  ["6.1", "=", "6.1.0"],
  ["v20.11.1", "=", "20.11.1"],
  ["2.0-rc1", "<", "2.0"],
  ["2.0-rc2", ">", "2.0-rc1"],
  ["2.0-beta", "<", "2.0-rc1"],
  ["5.10", ">", "5.9"],
  ["12a", ">", "12"],
])("%s %s %s", (left, sign, right) => {
  const order = { "<": -1, "=": 0, ">": 1 }[sign];
  expect(Math.sign(compareVersions(left, right))).toBe(order);
  expect(Math.sign(compareVersions(right, left))).toBe(order === 0 ? 0 : -(order ?? 0));
});

test("versions have an order", () => {
  const part = fc.constantFrom("0", "1", "2", "10", "rc", "rc1", "beta", "a", "amd64");
  const version = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("."));
  fc.assert(
    fc.property(version, version, version, (one, two, three) => {
      expect(Math.sign(compareVersions(one, two))).toBe(Math.sign(compareVersions(two, one)) * -1 + 0);
      if (compareVersions(one, two) <= 0 && compareVersions(two, three) <= 0)
        expect(compareVersions(one, three)).toBeLessThanOrEqual(0);
    }),
    { seed: 29, numRuns: 5000 },
  );
});
