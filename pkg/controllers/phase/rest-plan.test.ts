import { expect, test } from "vitest";
import type { EnteredMember, Member, PhaseStatus } from "../../api/index.ts";
import { formatMicroTime } from "../../clock/index.ts";
import { restOf } from "./rest-plan.ts";

const openedAtMs = Date.parse("2026-01-01T00:00:00Z");
const usualMs = 400;

function aPhase(entered: number, state: PhaseStatus["state"] = "Open"): PhaseStatus {
  const expected = Array.from({ length: 1000 }, (_, ordinal): Member => ({ component: "web", ordinal }));
  const members = expected.slice(0, entered).map((member): EnteredMember => ({ ...member, epoch: 1 }));
  return { state, openedAt: formatMicroTime(openedAtMs), expected, entered: members };
}

const after = (ms: number, status: PhaseStatus): number => Math.round(restOf(status, openedAtMs + ms, usualMs));

test.each([
  ["nobody has entered", 4000, aPhase(0), usualMs],
  ["most are still to come", 1000, aPhase(200), usualMs],
  ["half a second is left by their pace: half of it", 4500, aPhase(900), 250],
  ["a tenth of a second is left", 4900, aPhase(980), 50],
  ["one is late", 60_000, aPhase(999), 50],
  ["by the pace of few the rest takes long", 60_000, aPhase(10), usualMs],
  ["it is released", 5000, aPhase(1000, "Released"), usualMs],
  ["it waits", 5000, aPhase(0, "Waiting"), usualMs],
])("how long a phase rests where %s", (_name, ms, status, rest) => {
  expect(after(ms, status)).toBe(rest);
});
