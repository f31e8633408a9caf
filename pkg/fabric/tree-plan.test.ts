import { expect, test } from "vitest";
import { planTree, type TreeMachine, type TreePlace } from "./tree-plan.ts";

function machine(index: number, change: Partial<TreeMachine> = {}): TreeMachine {
  const uid = `m${String(index).padStart(4, "0")}`;
  return { uid, site: "", parents: [], isRoot: false, avoid: new Set(), canServe: true, isBusy: false, ...change };
}

const many = (count: number): TreeMachine[] => Array.from({ length: count }, (_, at) => machine(at));

/** As the machines are once they have been given their places. */
function settled(machines: readonly TreeMachine[], places: ReadonlyMap<string, TreePlace>): TreeMachine[] {
  return machines.map((one) => {
    const parent = places.get(one.uid)?.parent;
    return {
      ...one,
      parents: parent === undefined ? [] : [parent],
      isRoot: places.has(one.uid) && parent === undefined,
    };
  });
}

function childrenOf(places: ReadonlyMap<string, TreePlace>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { parent } of places.values()) if (parent !== undefined) counts.set(parent, (counts.get(parent) ?? 0) + 1);
  return counts;
}

const rootsOf = (places: ReadonlyMap<string, TreePlace>): string[] =>
  [...places].flatMap(([uid, { parent }]) => (parent === undefined ? [uid] : []));

const depthOf = (places: ReadonlyMap<string, TreePlace>): number =>
  Math.max(...[...places.values()].map(({ depth }) => depth));

/** How many have another parent than before. */
function moves(before: ReadonlyMap<string, TreePlace>, after: ReadonlyMap<string, TreePlace>): number {
  return [...after].filter(([uid, { parent }]) => before.has(uid) && before.get(uid)?.parent !== parent).length;
}

test.each([
  [3, 3, 1],
  [12, 3, 2],
  [13, 3, 3],
  [1000, 32, 2],
  [1057, 32, 3],
])("%i machines with a fan-out of %i make %i levels, with as many roots as there may be", (count, fanOut, levels) => {
  const places = planTree({ machines: many(count), fanOut });
  expect(rootsOf(places)).toHaveLength(Math.min(count, fanOut));
  expect(depthOf(places)).toBe(levels);
  expect(Math.max(0, ...childrenOf(places).values())).toBeLessThanOrEqual(fanOut);
  if (levels === 2) {
    const counts = rootsOf(places).map((root) => childrenOf(places).get(root) ?? 0);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  }
});

test("what was planned stays as it is, whatever the order of machines and their load", () => {
  const machines = many(100);
  const places = planTree({ machines, fanOut: 8 });
  const again = settled(machines, places).reverse();
  expect(moves(places, planTree({ machines: again, fanOut: 8 }))).toBe(0);
  const busy = again.map((one) => ({ ...one, isBusy: true }));
  expect(moves(places, planTree({ machines: busy, fanOut: 8 }))).toBe(0);
});

test("when a machine goes, only those below it move; when it comes back, nobody does but itself", () => {
  const machines = many(200);
  const places = planTree({ machines, fanOut: 8 });
  for (const gone of ["m0003", "m0100"]) {
    const left = settled(machines, places).filter(({ uid }) => uid !== gone);
    const after = planTree({ machines: left, fanOut: 8 });
    expect(moves(places, after)).toBeLessThanOrEqual(childrenOf(places).get(gone) ?? 0);
    const back = [...settled(left, after), machine(Number(gone.slice(1)))];
    expect(moves(after, planTree({ machines: back, fanOut: 8 }))).toBe(0);
  }
});

test("where a root went one of its children becomes one, also when all have found another parent meanwhile", () => {
  const machines = many(20);
  const places = planTree({ machines, fanOut: 4 });
  const [gone = "", ...others] = rootsOf(places);
  const left = settled(machines, places).filter(({ uid }) => uid !== gone);
  const found = left.map((one) => (one.parents[0] === gone ? { ...one, parents: [gone, others[0] ?? ""] } : one));
  const after = planTree({ machines: found, fanOut: 4 });
  expect(rootsOf(after)).toHaveLength(4);
  expect(rootsOf(after)).toEqual(expect.arrayContaining(others));
  const alone = planTree({ machines: settled(found, after), fanOut: 4 });
  expect(moves(after, alone)).toBe(0);
});

test("machines have parents and roots of their own site", () => {
  const machines = many(60).map((one, at) => ({ ...one, site: ["a", "b", "c"][at % 3] ?? "" }));
  const places = planTree({ machines, fanOut: 6 });
  const siteOf = new Map(machines.map(({ uid, site }) => [uid, site]));
  expect(
    rootsOf(places)
      .map((uid) => siteOf.get(uid))
      .sort(),
  ).toEqual(["a", "a", "b", "b", "c", "c"]);
  const far = [...places].filter(([uid, { parent }]) => parent !== undefined && siteOf.get(uid) !== siteOf.get(parent));
  expect(far.length).toBeLessThanOrEqual(24); // what finds no room below a root of its site, rather than lie deep
  for (const [, { depth }] of places) expect(depth).toBeLessThanOrEqual(3);
});

test("where no site is known, those with like round trips are near", () => {
  const machines = many(24).map((one, at) => ({ ...one, roundTripMs: at % 2 === 0 ? 1 : 80 }));
  const places = planTree({ machines, fanOut: 4 });
  const isFar = ([uid, { parent = uid }]: [string, TreePlace]): boolean =>
    (Number(uid.slice(1)) - Number(parent.slice(1))) % 2 !== 0;
  const roots = rootsOf(places).map((uid) => Number(uid.slice(1)) % 2);
  expect(new Set(roots).size).toBe(2);
  expect([...places].filter(isFar).length).toBeLessThan(5);
});

test("a parent that cannot be reached, cannot listen or is busy is not given anybody", () => {
  const machines = many(12).map((one, at) =>
    at === 0 ? { ...one, canServe: false } : at === 1 ? { ...one, isBusy: true } : one,
  );
  const places = planTree({ machines, fanOut: 4 });
  expect(childrenOf(places).has("m0000")).toBe(false);
  expect(rootsOf(places)).not.toContain("m0001");
  const [child = "", parent = ""] = [...places].flatMap(([uid, { parent }]) => (parent ? [uid, parent] : []));
  const after = settled(machines, places).map((one) =>
    one.uid === child ? { ...one, avoid: new Set([parent]) } : one,
  );
  const again = planTree({ machines: after, fanOut: 4 });
  expect(again.get(child)?.parent).not.toBe(parent);
  expect(again.get(child)?.backups).not.toContain(parent);
  expect(moves(places, again)).toBe(1);
});

test("who can reach nobody is a root, besides the others", () => {
  const all = new Set(many(12).map(({ uid }) => uid));
  const places = planTree({
    machines: many(12).map((one, at) => (at === 11 ? { ...one, avoid: all } : one)),
    fanOut: 3,
  });
  expect(rootsOf(places)).toContain("m0011");
});

test("two that name each other as parents are no loop", () => {
  const [one, two, ...others] = many(8);
  if (one === undefined || two === undefined) throw new Error("too few");
  const looped = [{ ...one, parents: [two.uid] }, { ...two, parents: [one.uid] }, ...others];
  const places = planTree({ machines: looped, fanOut: 2 });
  expect(places.size).toBe(8);
  for (const { depth } of places.values()) expect(depth).toBeLessThanOrEqual(4);
});

test("the children of one parent have different ones to fall back upon", () => {
  const places = planTree({ machines: many(200), fanOut: 12 });
  const [parent] = rootsOf(places);
  const backups = [...places.values()].flatMap((place) => (place.parent === parent ? place.backups.slice(0, 1) : []));
  expect(new Set(backups).size).toBeGreaterThan(backups.length / 3);
  expect(backups).not.toContain(parent);
});

test("whatever comes and goes, nobody has too many children, and few move", () => {
  let machines = many(60);
  let places = planTree({ machines, fanOut: 5 });
  let state = 7;
  const random = (below: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  for (let step = 0; step < 200; step++) {
    machines = settled(machines, places);
    const at = random(60);
    const uid = `m${String(at).padStart(4, "0")}`;
    const isThere = machines.some((one) => one.uid === uid);
    machines = isThere ? machines.filter((one) => one.uid !== uid) : [...machines, machine(at)];
    const next = planTree({ machines, fanOut: 5 });
    expect(next.size).toBe(machines.length);
    expect(rootsOf(next).length).toBe(Math.min(5, machines.length));
    for (const count of childrenOf(next).values()) expect(count).toBeLessThanOrEqual(5);
    expect(moves(places, next)).toBeLessThanOrEqual(isThere ? (childrenOf(places).get(uid) ?? 0) : 1);
    places = next;
  }
});
