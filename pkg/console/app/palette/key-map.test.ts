import { expect, it } from "vitest";
import { wishOf } from "./key-map.ts";

it("knows what keys ask for, and leaves fields their own", () => {
  const press = { hasModifier: false, isTaken: false, isSecond: false };
  expect(wishOf({ ...press, key: "k", hasModifier: true, isTaken: true })).toBe("palette");
  expect(wishOf({ ...press, key: "c", hasModifier: true })).toBeUndefined();
  expect(["/", "?", "g", "m"].map((key) => wishOf({ ...press, key }))).toEqual(["palette", "help", "begin", undefined]);
  expect(wishOf({ ...press, key: "m", isSecond: true })).toEqual({ to: "/map" });
  expect(wishOf({ ...press, key: "/", isTaken: true })).toBeUndefined();
});
