import { describe, expect, test } from "vitest";
import { type FaultKind, type Invariant, type Mechanism, type PlannedFault, simulate } from "./index.ts";

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
    ["waking", ["NobodySleeps"], ["agentKilled"]],
  ])("%s: %s", { timeout: limitMs }, async (broken, invariants, kinds) => {
    const { violations } = await simulate({ seed: 1, kinds, wiring: { broken } });
    expect(violations.map(({ invariant }) => invariant)).toEqual(expect.arrayContaining([...invariants]));
  });
});

/** A machine is off while an older copy is put in place, and the one to which its members were moved is cut off then. */
const forgottenMove: readonly PlannedFault[] = [
  { kind: "serverRestored", atMs: 20_000, forMs: 30_000, machine: "m1", byMs: 0 },
  { kind: "machineOff", atMs: 21_000, forMs: 120_000, machine: "m2", byMs: 0 },
  { kind: "cut", atMs: 36_000, forMs: 110_000, machine: "m5", byMs: 0 },
];

test("epochs: without their jump at a restore a member runs twice at one epoch", { timeout: limitMs }, async () => {
  const faults = forgottenMove;
  const { violations } = await simulate({ seed: 2, faults, wiring: { broken: "epochs" } });
  expect(violations.map(({ invariant }) => invariant)).toContain("OneHolder");
});

describe("what failed once", () => {
  test.each<[string, number, readonly PlannedFault[]]>([
    [
      "a finished application took machines again when the server's clock was set back",
      7,
      [{ kind: "serverClockJumped", atMs: 60_000, forMs: 1000, machine: "m1", byMs: -7_200_000 }],
    ],
    ["epochs were given twice after a restore", 2, forgottenMove],
    [
      "who deletes what is being deleted was told so by a mark that came to nothing on a full disk",
      104,
      [
        { kind: "serverDiskFull", atMs: 131_000, forMs: 19_000, machine: "m1", byMs: 0 },
        { kind: "serverFrozen", atMs: 140_800, forMs: 8700, machine: "m1", byMs: 0 },
      ],
    ],
    [
      "a spare whose place had been taken over before a restore was said to be removed, and was not",
      2,
      [
        { kind: "serverRestored", atMs: 20_000, forMs: 30_000, machine: "m1", byMs: 0 },
        { kind: "machineOff", atMs: 21_000, forMs: 60_000, machine: "m2", byMs: 0 },
        { kind: "cut", atMs: 36_000, forMs: 20_000, machine: "m1", byMs: 0 },
      ],
    ],
  ])("%s", { timeout: limitMs }, async (_name, seed, faults) => {
    const { violations } = await simulate({ seed, faults });
    expect(violations).toEqual([]);
  });
});

test("two runs of an ordinal are seen where they must never be: nothing is fenced that asks for no lease", {
  timeout: limitMs,
}, async () => {
  const fenced = new Set(["web/servers"]);
  const { violations } = await simulate({ seed: 2, kinds: ["cut"], fenced });
  expect(violations.map(({ invariant }) => invariant)).toContain("OneHolder");
});
