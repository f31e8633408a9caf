import { describe, expect, test } from "vitest";
import { type FaultKind, type Invariant, type Mechanism, simulate } from "./index.ts";

const limitMs = 120_000;
const everyServerFault: readonly FaultKind[] = ["serverKilled", "serverFrozen"];

test("the same seed gives the same run, another one another", { timeout: limitMs }, async () => {
  const [once, again, other] = [await simulate({ seed: 5 }), await simulate({ seed: 5 }), await simulate({ seed: 6 })];
  expect(again.digest).toBe(once.digest);
  expect(other.digest).not.toBe(once.digest);
  expect(once.lastedMs).toBe(300_000);
  expect(once.faults.length).toBeGreaterThanOrEqual(10);
});

describe("an invariant fails when what it rests on is switched off", () => {
  test.each<[Mechanism, Invariant, number, readonly FaultKind[] | undefined]>([
    ["ledger", "AtMostOnce", 1, ["agentKilled"]],
    ["ledger", "OneHolder", 1, ["agentKilled"]],
    ["atomicity", "OneHolder", 1, ["machineOff"]],
    ["room", "RoomKept", 2, []],
    ["reports", "BarrierHeld", 2, []],
    ["fsync", "WriteKept", 1, ["serverKilled", "machineOff"]],
    ["redial", "Converged", 1, ["cut"]],
    ["removal", "NothingLeft", 2, ["machineOff"]],
    ["autonomy", "NothingRestarted", 1, everyServerFault],
  ])("%s: %s (seed %d)", { timeout: limitMs }, async (broken, invariant, seed, kinds) => {
    const options = kinds === undefined ? { seed } : kinds.length === 0 ? { seed, faults: [] } : { seed, kinds };
    const { violations } = await simulate({ ...options, wiring: { broken } });
    expect(violations.map((violation) => violation.invariant)).toContain(invariant);
  });
});

test("two runs of an ordinal are seen where they must never be: nothing is fenced that asks for no lease", {
  timeout: limitMs,
}, async () => {
  const fenced = new Set(["web/servers", "quorum/members"]);
  const { violations } = await simulate({ seed: 2, kinds: ["cut"], fenced });
  expect(violations.map(({ invariant }) => invariant)).toContain("OneHolder");
});
