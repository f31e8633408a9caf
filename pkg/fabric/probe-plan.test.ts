import { expect, test } from "vitest";
import { estimateMs, Locator } from "../coordinates/index.ts";
import { makeWorld } from "../coordinates/testing/world.ts";
import { type Probes, planProbes } from "./probe-plan.ts";

const nobody: ReadonlySet<string> = new Set();
const everyone = { before: new Map<string, Probes>(), deaf: () => nobody };

/** mulberry32. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function medianOf(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[values.length >> 1] ?? Number.NaN;
}

const count = 1000;
const seconds = 120;
const uidOf = (machine: number): string => `uid-${machine}`;

/** A thousand agents for two minutes of their time, one probe a second each, as agents and server do it. */
function live(seed: number, perSite: number, hasLabels: boolean) {
  const random = seeded(seed);
  const world = makeWorld(count, perSite, random);
  const locators = Array.from({ length: count }, () => new Locator(random));
  const numbers = new Map(locators.map((_, machine) => [uidOf(machine), machine]));
  let probes: ReadonlyMap<string, Probes> = new Map();
  for (let second = 0; second < seconds; second++) {
    if (second % 10 === 0) {
      const machines = locators.map(({ located, samples }, machine) => ({
        uid: uidOf(machine),
        site: hasLabels ? (world.sites[machine] ?? "") : "",
        ...(samples >= 60 && { coordinates: located.coordinates }),
      }));
      probes = planProbes({ ...everyone, machines, before: probes });
    }
    for (const [machine, locator] of locators.entries()) {
      const { near = [], far = [] } = probes.get(uidOf(machine)) ?? {};
      const peers = [...far, ...near];
      const uid = peers[second % peers.length] ?? "";
      const peer = numbers.get(uid) ?? 0;
      locator.keep(new Set(peers));
      locator.measured(uid, world.sample(machine, peer), locators[peer]?.located ?? locator.located);
    }
  }
  const off = (from: number, to: number): number => {
    const [left, right] = [locators[from], locators[to]];
    if (left === undefined || right === undefined) return Number.NaN;
    return estimateMs(left.located.coordinates, right.located.coordinates) - world.base(from, to);
  };
  return { world, random, off };
}

test.each([
  { seed: 1, perSite: 5, hasLabels: true },
  { seed: 2, perSite: 5, hasLabels: false },
])(
  "B-SENSE-1: a thousand agents know each other's latency to 20% within two minutes at a probe a second: %o",
  ({ seed, perSite, hasLabels }) => {
    const { world, random, off } = live(seed, perSite, hasLabels);
    const errors: number[] = [];
    for (let pair = 0; pair < 20_000; pair++) {
      const [from, to] = [Math.floor(random() * count), Math.floor(random() * count)];
      if (from !== to) errors.push(Math.abs(off(from, to)) / world.base(from, to));
    }
    expect(medianOf(errors)).toBeLessThan(0.2);
    if (!hasLabels) return;
    // Of what is near, a share would say nothing: half a millisecond and two are both near.
    const near = Array.from({ length: count / perSite }, (_, site) =>
      Math.abs(off(site * perSite, site * perSite + 1)),
    );
    expect(medianOf(near)).toBeLessThan(5);
  },
  60_000,
);

test("B-SENSE-2: peers that are chosen stay; who does not answer, or is gone, is replaced", () => {
  const machines = Array.from({ length: 100 }, (_, at) => ({ uid: uidOf(at), site: `site-${at % 10}` }));
  const first = planProbes({ ...everyone, machines });
  const { near = [], far = [] } = first.get("uid-7") ?? {};
  expect([near.length, far.length, new Set([...near, ...far, "uid-7"]).size]).toEqual([8, 8, 17]);
  expect(near.every((uid) => Number(uid.slice(4)) % 10 === 7)).toBe(true);
  expect(planProbes({ ...everyone, machines, before: first })).toEqual(first);
  const [gone = "", silent = ""] = near;
  const second = planProbes({
    machines: machines.filter(({ uid }) => uid !== gone),
    before: first,
    deaf: (uid) => (uid === "uid-7" ? new Set([silent]) : nobody),
  }).get("uid-7");
  expect(second?.near.slice(0, 6)).toEqual(near.slice(2));
  expect(second?.near).toHaveLength(8);
  expect(second?.far).toEqual(far);
});

test("of few machines all are measured to, and one alone measures to nobody", () => {
  const machines = Array.from({ length: 5 }, (_, at) => ({ uid: uidOf(at), site: "" }));
  const { near = [], far = [] } = planProbes({ ...everyone, machines }).get("uid-0") ?? {};
  expect([...near, ...far].sort()).toEqual(["uid-1", "uid-2", "uid-3", "uid-4"]);
  expect(planProbes({ ...everyone, machines: machines.slice(0, 1) }).get("uid-0")).toEqual({
    near: [],
    far: [],
    isLocated: false,
  });
});
