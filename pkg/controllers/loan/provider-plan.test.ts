import { expect, test } from "vitest";
import { aReadyResource } from "../../../test/support/builders.ts";
import { kinds, type MachineLoan, mustDecode, type Resource, type ResourcePool } from "../../api/index.ts";
import { planProvider } from "./provider-plan.ts";

const minute = 60_000;
const start = Date.parse("2026-01-01T00:00:00Z");
const at = (minutes: number): string => new Date(start + minutes * minute).toISOString().replace(".000Z", "Z");

const pool: ResourcePool = mustDecode(kinds.ResourcePool, {
  apiVersion: "plush.dev/v1",
  kind: "ResourcePool",
  metadata: { name: "cloud", uid: "uid-cloud" },
  spec: { provider: { exec: { plugin: "cloud" } }, loan: { duration: "60m", renewBefore: "10m" } },
});

function machine(name: string, loan?: Partial<MachineLoan>, claims = 0): Resource {
  const allocations = Array.from({ length: claims }, (_, index) => ({
    ...{ claimUid: `${name}-${index}`, claimName: "c", namespace: "default", component: "web", epoch: 1 },
  }));
  const lent = loan && { pool: "cloud", since: at(0), until: at(60), term: 1, ...loan };
  return aReadyResource(name, { status: { allocations, ...(lent && { loan: lent }) } });
}

/** What the provider says of m1: until when. */
function told(
  one: Resource,
  lentUntil: string | undefined,
  minutes: number,
  refused: readonly string[] = [],
): string[] {
  const made = [{ name: "m1", state: "Running" as const, ...(lentUntil !== undefined && { lentUntil }) }];
  const plan = planProvider({
    pool,
    machines: [one],
    made,
    refused: new Set(refused),
    nowAt: start + minutes * minute,
  });
  return [
    ...plan.records.map(({ next }) => `record ${next.until} term ${next.term}${next.ending ? ` ${next.ending}` : ""}`),
    ...plan.renewals.map(({ until }) => `renew until ${until}`),
    ...plan.vacate.map(({ metadata }) => `vacate ${metadata.name}`),
  ];
}

test("B-LOAN-7: what a provider lends is written down, renewed before its end, and not sooner", () => {
  expect(told(machine("m1"), at(60), 0)).toEqual([`record ${at(60)} term 1`]);
  expect(told(machine("m1", {}), at(60), 49)).toEqual([]);
  expect(told(machine("m1", {}), at(60), 51)).toEqual([`renew until ${at(120)}`]);
  expect(told(machine("m1"), undefined, 0)).toEqual([]);
  expect(
    planProvider({
      pool,
      machines: [machine("m1", {})],
      made: [{ name: "m1", state: "Running", lentUntil: at(60) }],
      refused: new Set(),
      nowAt: start,
    }).recheckAfterMs,
  ).toBe(50 * minute);
});

test("B-LOAN-7: what was renewed and not written down is written down, and not renewed again", () => {
  expect(told(machine("m1", {}), at(120), 55)).toEqual([`record ${at(120)} term 2`]);
});

test("B-LOAN-7: a machine that is refused, or for which no answer comes in half the time, is emptied before its end", () => {
  expect(told(machine("m1", {}, 1), at(60), 52, ["m1"])).toEqual([`record ${at(60)} term 1 Refused`]);
  expect(told(machine("m1", {}, 1), at(60), 54)).toEqual([`renew until ${at(120)}`]);
  expect(told(machine("m1", {}, 1), at(60), 55)).toEqual([`record ${at(60)} term 1 Refused`]);
  expect(told(machine("m1", { ending: "Refused" }, 1), at(60), 57)).toEqual([]);
  expect(told(machine("m1", { ending: "Refused" }, 1), at(60), 60)).toEqual(["vacate m1"]);
  expect(told(machine("m1", { ending: "Refused" }), at(60), 60)).toEqual([]);
});
