import { expect, test } from "vitest";
import { aPool, aResource } from "../../../test/support/builders.ts";
import type { Resource } from "../../api/index.ts";
import type { MadeMachine } from "../../fabric/index.ts";
import { type MadeObservation, planMade } from "./made-plan.ts";
import { type MakerView, orderText } from "./maker-view.ts";

const nowAt = 1_000_000;
const spec = { address: "10.0.0.1", port: 22, labels: {} };
const n = (number: number): string => `lab-uid-lab-${number}`;
const machine = (name: string, state: MadeMachine["state"] = "Running"): MadeMachine =>
  state === "Running" ? { name, state, spec } : { name, state };
const going = (name: string): Resource =>
  aResource(name, { metadata: { deletionTimestamp: "2026-01-01T00:00:00Z", finalizers: ["plush.dev/machine"] } });

function maker(machines: readonly MadeMachine[], over: Partial<MakerView> = {}): MakerView {
  return {
    listedAt: nowAt - 10,
    machines: new Map(machines.map((one) => [one.name, one])),
    seenAt: new Map(machines.map((one) => [one.name, nowAt])),
    busy: new Set(),
    failures: new Map(),
    activeAt: nowAt - 1_000_000,
    ...over,
  };
}

function plan(over: Partial<MadeObservation> = {}, lastNumber = 9) {
  const pool = { ...aPool("lab", { spec: { size: { max: 9 } } }), status: { lastNumber } };
  const made = planMade({
    pool,
    named: [],
    making: [],
    own: [],
    maker: maker([]),
    restored: false,
    forfeit: false,
    nowAt,
    ...over,
  });
  return {
    orders: made.orders.map(orderText),
    wanted: made.wanted.map(({ name }) => name),
    gone: made.gone.map(({ metadata }) => metadata.name),
    lost: made.lost.map(({ metadata }) => metadata.name),
    isEmpty: made.isEmpty,
  };
}

test("before the first list nothing is made, deleted or given up", () => {
  const view = { ...maker([machine(n(5))]), listedAt: undefined };
  const { listedAt: _, ...unlisted } = view;
  expect(plan({ making: [n(1)], own: [aResource(n(2)), going(n(3))], maker: unlisted })).toEqual({
    orders: ["list"],
    wanted: [n(2)],
    gone: [],
    lost: [],
    isEmpty: false,
  });
});

test("what is recorded and not there is made; it has a Resource once it is Running", () => {
  expect(plan({ making: [n(1)] })).toMatchObject({ orders: [`create ${n(1)}`], wanted: [] });
  expect(plan({ making: [n(1)], maker: maker([machine(n(1), "Coming")]) })).toMatchObject({ orders: [], wanted: [] });
  expect(plan({ making: [n(1)], maker: maker([machine(n(1))]) })).toMatchObject({ orders: [], wanted: [n(1)] });
});

test("what is under way is not ordered again; after a failure it is waited for", () => {
  const busy = new Set([`create ${n(1)}`]);
  expect(plan({ making: [n(1)], maker: maker([], { busy }) }).orders).toEqual([]);
  const failures = new Map([["create", { times: 1, message: "no", isFinal: false, nextAt: nowAt + 1 }]] as const);
  expect(plan({ making: [n(1)], maker: maker([], { failures }) }).orders).toEqual([]);
});

test("a number that was given up is deleted at once, wherever the machine comes from", () => {
  expect(plan({ maker: maker([machine(n(4))]) }).orders).toEqual([`delete ${n(4)}`]);
  expect(plan({ maker: maker([machine(n(4), "Leaving")]) }).orders).toEqual([]);
});

test("a number that was never given is left alone for a while, and for good by a restored server", () => {
  const seen = (sinceMs: number) => maker([machine(n(12))], { seenAt: new Map([[n(12), nowAt - sinceMs]]) });
  expect(plan({ maker: seen(1000) }).orders).toEqual([]);
  expect(plan({ maker: seen(60_000) }).orders).toEqual([`delete ${n(12)}`]);
  expect(plan({ maker: seen(60_000), restored: true }).orders).toEqual([]);
});

test("a Resource on its way out waits for its agent, then for its machine", () => {
  const held = aResource(n(1), {
    metadata: { deletionTimestamp: "2026-01-01T00:00:00Z", finalizers: ["plush.dev/cleanup", "plush.dev/machine"] },
  });
  expect(plan({ own: [held], maker: maker([machine(n(1))]) })).toMatchObject({ orders: [], gone: [] });
  expect(plan({ own: [going(n(1))], maker: maker([machine(n(1))]) })).toMatchObject({
    orders: [`delete ${n(1)}`],
    gone: [],
  });
  expect(plan({ own: [going(n(1))] })).toMatchObject({ orders: [], gone: [n(1)] });
});

test("a machine that was taken away is lost; one that the manifest names is made again", () => {
  expect(plan({ own: [aResource(n(1))] })).toMatchObject({ lost: [n(1)], wanted: [n(1)] });
  const named = [{ name: "lab-1", ...spec }];
  expect(plan({ named, own: [aResource("lab-1")] })).toMatchObject({ lost: [], orders: ["create lab-1"] });
});

test("so many at once, and the rest later", () => {
  const making = Array.from({ length: 20 }, (_, at) => n(at + 1));
  expect(plan({ making }, 20).orders).toHaveLength(8);
});

test("a pool that is deleted gives all back, and is empty when a list says so that was asked for after the last order", () => {
  const pool = aPool("lab", { metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } });
  const view = maker([machine(n(1))]);
  expect(plan({ pool, making: [n(2)], maker: view })).toMatchObject({ orders: [`delete ${n(1)}`], isEmpty: false });
  expect(plan({ pool, maker: maker([], { activeAt: nowAt }) }).isEmpty).toBe(false);
  expect(plan({ pool }).isEmpty).toBe(true);
  const { listedAt: _, ...silent } = view;
  expect(plan({ pool, maker: silent }).isEmpty).toBe(false);
  expect(plan({ pool, maker: silent, forfeit: true }).isEmpty).toBe(true);
});
