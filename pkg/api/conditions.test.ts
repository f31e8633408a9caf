import { expect, test } from "vitest";
import { childName, findCondition, isTrue, setCondition } from "./index.ts";
import { alternativeChildName } from "./names.ts";

const first = "2026-01-01T00:00:00Z";
const later = "2026-01-01T00:00:05Z";
const ready = { type: "Ready", status: "True", reason: "Available", message: "", observedGeneration: 1 } as const;

test("a condition's time moves with its status alone, and nothing moves where nothing changed", () => {
  const one = setCondition(undefined, ready, first);
  expect(setCondition(one, ready, later)).toBe(one);
  const two = setCondition(one, { ...ready, reason: "Complete" }, later);
  expect(findCondition(two, "Ready")).toMatchObject({ reason: "Complete", lastTransitionTime: first });
  const three = setCondition(two, { ...ready, status: "False" }, later);
  expect(findCondition(three, "Ready")?.lastTransitionTime).toBe(later);
  expect([isTrue(two, "Ready"), isTrue(three, "Ready"), isTrue(three, "Other")]).toEqual([true, false, false]);
  expect(setCondition(one, { ...ready, type: "Stalled" }, later).map((each) => each.type)).toEqual([
    "Ready",
    "Stalled",
  ]);
});

test("generated names fit into a label, and different parts give different names", () => {
  expect(childName("app", "main", 3)).toBe("app-main-3");
  const long = "a".repeat(80);
  expect(childName(long, 1)).toMatch(/^a{54}-[0-9a-f]{8}$/);
  expect(childName(long, 1)).not.toBe(childName(long, 2));
  expect(alternativeChildName("app", "main")).toMatch(/^app-main-[0-9a-f]{8}$/);
});
