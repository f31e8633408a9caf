import { expect, test } from "vitest";
import { redialDelayMs } from "./redial-plan.ts";

const minute = 60_000;

test.each([
  ["at once after a loss", "Unreachable", 1, 0, 200],
  ["short while it may be a reboot", "Unreachable", 10, minute, 2000],
  ["at most 5 s in the first hour", "Unreachable", 500, 50 * minute, 5000],
  ["at most a minute for ever", "Unreachable", 90_000, 2000 * minute, 60_000],
  ["no hammering with a bad key", "AuthenticationFailed", 1, 0, 5000],
] as const)("%s", (_name, reason, attempts, failingMs, expected) => {
  expect(redialDelayMs({ reason, attempts, failingMs, random: 0 })).toBe(expected);
  expect(redialDelayMs({ reason, attempts, failingMs, random: 0.999 })).toBeGreaterThan(expected / 2);
});
