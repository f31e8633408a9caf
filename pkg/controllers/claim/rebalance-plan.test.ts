import { expect, test } from "vitest";
import { type Claim, kinds, mustDecode, type PoolRebalance } from "../../api/index.ts";
import { type Candidate, planRebalance } from "./rebalance-plan.ts";

const nowAt = Date.parse("2026-01-01T12:00:00Z");
const rebalance: PoolRebalance = { maxMoves: 2, period: "1h", minGain: "10%" };

interface Parts {
  /** Minutes ago that it was moved for balance. */
  readonly moved?: number;
  readonly reason?: string;
  readonly moveTo?: string;
}

function claim(name: string, { moved, reason = "Rebalancing", moveTo }: Parts = {}): Claim {
  const at = new Date(nowAt - (moved ?? 0) * 60_000).toISOString();
  return mustDecode(kinds.Claim, {
    apiVersion: "plush.dev/v1",
    kind: "Claim",
    metadata: { name, namespace: "default", ...(moveTo && { annotations: { "plush.dev/move-to": `2/${moveTo}` } }) },
    spec: { component: "web", ordinal: 0, epoch: 2, resourceName: "m1", resourceUid: "uid-m1" },
    ...(moved !== undefined && { status: { replacements: [{ at, from: "m0", reason }] } }),
  });
}

const candidate = (one: Claim, to: string, percent: number, component = one.metadata.name ?? ""): Candidate => ({
  claim: one,
  component,
  improvement: { to, percent, text: "" },
});

const moved = (
  claims: readonly Claim[],
  candidates: readonly Candidate[],
  more: Partial<PoolRebalance> = {},
): string[] =>
  planRebalance({ rebalance: { ...rebalance, ...more }, claims, candidates, nowAt }).moves.map(
    ({ claim: { metadata }, improvement }) => `${metadata.name}>${improvement.to}`,
  );

test("B-REBAL-2: the best moves first, as many as are allowed, and none for less than the least gain", () => {
  const [a, b, c, d] = ["a", "b", "c", "d"].map((name) => claim(name)) as [Claim, Claim, Claim, Claim];
  const all = [candidate(a, "m2", 30), candidate(b, "m3", 80), candidate(c, "m4", 9), candidate(d, "m5", 30)];
  expect(moved([a, b, c, d], all)).toEqual(["b>m3", "a>m2"]);
  expect(moved([a, b, c, d], all, { maxMoves: 9, minGain: "5%" })).toEqual(["b>m3", "a>m2", "d>m5", "c>m4"]);
  expect(moved([a, b, c, d], all, { maxMoves: 0 })).toEqual([]);
});

test("B-REBAL-2: of one component, and to one machine, one moves at a time", () => {
  const [a, b, c] = ["a", "b", "c"].map((name) => claim(name)) as [Claim, Claim, Claim];
  const all = [candidate(a, "m2", 30, "web"), candidate(b, "m3", 50, "web"), candidate(c, "m3", 40, "db")];
  expect(moved([a, b, c], all)).toEqual(["b>m3"]);
});

test("B-REBAL-2: what moved within the period, and what is about to, is of the budget; other moves are not", () => {
  const fresh = claim("fresh");
  const all = [candidate(fresh, "m2", 50)];
  expect(moved([fresh, claim("b", { moved: 59 }), claim("c", { moveTo: "m4" })], all)).toEqual([]);
  expect(moved([fresh, claim("b", { moved: 61 }), claim("c", { moveTo: "m4" })], all)).toEqual(["fresh>m2"]);
  expect(moved([fresh, claim("b", { moved: 5, reason: "HostLost" }), claim("c", { moved: 5 })], all)).toEqual([
    "fresh>m2",
  ]);
  const again = claim("again", { moved: 30 });
  expect(moved([again], [candidate(again, "m2", 90)])).toEqual([]);
});
