import { describe, expect, test } from "vitest";
import { type FaultKind, type Invariant, type Mechanism, simulate } from "./index.ts";

const limitMs = 300_000;

test("the same seed gives the same run, another one another", { timeout: limitMs }, async () => {
  const [once, again, other] = [await simulate({ seed: 5 }), await simulate({ seed: 5 }), await simulate({ seed: 6 })];
  expect(again.digest).toBe(once.digest);
  expect(other.digest).not.toBe(once.digest);
  expect(once.lastedMs).toBe(300_000);
  expect(once.faults.length).toBeGreaterThanOrEqual(10);
});

describe("an invariant fails when what it rests on is switched off", () => {
  test.each<[Mechanism, readonly Invariant[], readonly FaultKind[]]>([
    ["ledger", ["AtMostOnce", "OneHolder"], ["agentKilled"]],
    ["atomicity", ["OneHolder"], ["machineOff"]],
    ["room", ["RoomKept"], ["agentKilled"]],
    ["reports", ["BarrierHeld"], ["agentKilled"]],
    ["fsync", ["WriteKept"], ["serverKilled", "serverDiskSlow", "machineOff"]],
    ["redial", ["Converged"], ["machineOff"]],
    ["removal", ["NothingLeft"], ["machineOff"]],
    ["autonomy", ["NothingRestarted"], ["serverKilled"]],
    ["leases", ["OneHolder"], ["cut"]],
  ])("%s: %s", { timeout: limitMs }, async (broken, invariants, kinds) => {
    const { violations } = await simulate({ seed: 1, kinds, wiring: { broken } });
    expect(violations.map(({ invariant }) => invariant)).toEqual(expect.arrayContaining([...invariants]));
  });
});

test("two runs of an ordinal are seen where they must never be: nothing is fenced that asks for no lease", {
  timeout: limitMs,
}, async () => {
  const fenced = new Set(["web/servers", "quorum/members"]);
  const { violations } = await simulate({ seed: 2, kinds: ["cut"], fenced });
  expect(violations.map(({ invariant }) => invariant)).toContain("OneHolder");
});
