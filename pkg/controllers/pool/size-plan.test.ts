import { expect, test } from "vitest";
import { aPool, aResource } from "../../../test/support/builders.ts";
import type { Resource, ResourceStatus } from "../../api/index.ts";
import { planSize, type SizeObservation } from "./size-plan.ts";

const size = { min: 1, max: 4, idleTimeout: "60s" };
const nowAt = Date.parse("2026-01-01T00:10:00Z");
const held = [{ claimUid: "c", claimName: "c", namespace: "default", component: "c", epoch: 1 }];

function machine(number: number, idleSeconds: number, status: Partial<ResourceStatus> = {}): Resource {
  const since = new Date(nowAt - idleSeconds * 1000).toISOString();
  return aResource(`lab-uid-lab-${number}`, { status: { state: "Free", since, ...status } });
}

function plan(over: Partial<SizeObservation> & { readonly making?: readonly string[]; readonly last?: number } = {}) {
  const { making = [], last = 0, ...rest } = over;
  const pool = { ...aPool("lab", { spec: { size } }), status: { making, lastNumber: last } };
  const planned = planSize({
    pool,
    own: [],
    demand: { waiting: 0, lacking: 0 },
    lost: new Set(),
    failed: new Set(),
    nowAt,
    ...rest,
  });
  return { ...planned, giveBack: planned.giveBack.map(({ metadata }) => metadata.name) };
}

const named = (...numbers: readonly number[]): string[] => numbers.map((number) => `lab-uid-lab-${number}`);

test("the minimum is made, by numbers that nobody had before", () => {
  expect(plan()).toMatchObject({ making: named(1), lastNumber: 1, scaling: "Growing" });
  expect(plan({ last: 7 })).toMatchObject({ making: named(8), lastNumber: 8 });
});

test("what is recorded is not recorded again; what has a Resource is not being made", () => {
  expect(plan({ making: named(3), last: 3 })).toMatchObject({ making: named(3), lastNumber: 3 });
  expect(plan({ making: named(3), last: 3, own: [machine(3, 0)] })).toMatchObject({ making: [], scaling: "Settled" });
});

test("as many more as claims lack, up to the maximum", () => {
  const own = [machine(1, 0, { allocations: held })];
  expect(plan({ own, last: 1, demand: { waiting: 2, lacking: 2 } })).toMatchObject({ making: named(2, 3) });
  const much = plan({ own, last: 1, demand: { waiting: 9, lacking: 9 } });
  expect(much).toMatchObject({ making: named(2, 3, 4), scaling: "AtMaximum" });
});

test("one that failed, or was taken away, is made up for by another number", () => {
  const failed = new Set(named(2));
  expect(plan({ making: named(2), last: 2, failed })).toMatchObject({ making: named(3), lastNumber: 3 });
  const gone = machine(1, 0);
  expect(plan({ own: [gone], last: 1, lost: new Set([gone]) })).toMatchObject({ making: named(2) });
});

test("above the minimum the longest idle go, once their time is over", () => {
  const own = [machine(1, 90), machine(2, 120), machine(3, 30), machine(4, 999, { allocations: held })];
  const planned = plan({ own, last: 4 });
  expect(planned).toMatchObject({ giveBack: named(2, 1), scaling: "Shrinking", recheckAfterMs: 30_000 });
  expect(plan({ own: own.slice(0, 1), last: 4 }).giveBack).toEqual([]);
});

test("never one that holds something, that a person has cordoned, or that those who wait may take", () => {
  const residue = [{ claimUid: "c", claimName: "c", namespace: "default", epoch: 1, since: "", reason: "" }];
  const cordoned = aResource("lab-uid-lab-3", { spec: { unschedulable: true }, status: { state: "Free" } });
  const own = [machine(1, 999, { allocations: held }), machine(2, 999, { residue }), cordoned];
  expect(plan({ own, last: 3 }).giveBack).toEqual([]);
  const idle = [machine(1, 999), machine(2, 999)];
  expect(plan({ own: idle, last: 2, demand: { waiting: 1, lacking: 0 } }).giveBack).toEqual([]);
});

test("above a maximum that was lowered idle ones go at once, and what is only recorded is dropped", () => {
  const own = [1, 2, 3, 4, 5].map((number) => machine(number, 1));
  expect(plan({ own, making: named(6), last: 6 })).toMatchObject({ giveBack: named(1), making: [], lastNumber: 6 });
});
