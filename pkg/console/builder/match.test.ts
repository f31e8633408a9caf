import { expect, it } from "vitest";
import { matchOf } from "./match.ts";

const machine = (resource: string) => ({ resource, penalty: 0, terms: [], claims: 0 });

it("a component's match is what was found for it, and what would do besides", () => {
  const match = matchOf(
    {
      ...{ found: true, optimal: true, message: "2 machines" },
      sets: [
        { group: "web", penalty: 0, resources: [machine("m1")] },
        { group: "db", penalty: 0, resources: [machine("m2")] },
      ],
      others: [
        { group: "web", ...machine("m3") },
        { group: "db", ...machine("m4") },
      ],
      refused: [
        { group: "web", resource: "m2", reason: "OtherGroup", message: "taken for group db" },
        { group: "web", resource: "m4", reason: "AttributeOutOfBounds", message: "cpu.cores < 4: cpu.cores is 2" },
        { group: "web", resource: "m5", reason: "AttributeOutOfBounds", message: "cpu.cores < 4: cpu.cores is 1" },
        { group: "web", resource: "m6", reason: "Cordoned", message: "cordoned" },
        { group: "db", resource: "m6", reason: "Cordoned", message: "cordoned" },
      ],
    },
    "web",
  );
  expect([...match.good.keys()].sort()).toEqual(["m1", "m2", "m3"]);
  expect(match.refused.get("m4")).toBe("cpu.cores < 4: cpu.cores is 2");
  expect(match.reasons).toEqual([
    { words: "cpu.cores < 4", count: 2 },
    { words: "cordoned", count: 1 },
  ]);
});
