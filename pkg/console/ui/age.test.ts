import { expect, it } from "vitest";
import { ageText } from "./age.ts";

it("tells an age in one unit or two", () => {
  const ages = [-5, 0, 999, 42_000, 60_000, 95_000, 700_000, 3_600_000, 12_000_000, 90_000_000, 20 * 86_400_000];
  expect(ages.map(ageText)).toEqual(["0s", "0s", "0s", "42s", "1m", "1m35s", "11m", "1h", "3h20m", "1d1h", "20d"]);
});
