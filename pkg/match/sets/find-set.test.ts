import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toMicro } from "../bounds.ts";
import type { MachineView } from "../machine-view.ts";
import { match, refusalOf } from "../match.ts";
import { penaltyOf } from "../score.ts";
import { aClaim, aMachine, aRequest } from "../testing/views.ts";
import { requestBeside } from "./beside.ts";
import { findSet } from "./find-set.ts";
import type { GroupRequest, GroupTerm } from "./group-request.ts";
import { compareSets, makeProblem, type Problem, type SetScore, scoreSet } from "./problem.ts";

const seed = 29;
/** More than any of these questions takes. */
const plenty = 10_000;

const anyMachine = fc.record({
  x: fc.integer({ min: 0, max: 60 }),
  y: fc.integer({ min: 0, max: 60 }),
  height: fc.integer({ min: 0, max: 3 }),
  isMeasured: fc.integer({ min: 0, max: 9 }).map((one) => one > 0),
  site: fc.constantFrom("a", "b", "c", undefined),
  load: fc.integer({ min: 0, max: 6 }),
  claims: fc.array(fc.constantFrom("g0", "other"), { maxLength: 2 }),
});

function machinesOf(drawn: readonly (typeof anyMachine extends fc.Arbitrary<infer T> ? T : never)[]): MachineView[] {
  return drawn.map(({ x, y, height, isMeasured, site, load, claims }, at) =>
    aMachine(`m${at}`, {
      attributes: { load },
      labels: { ...(site !== undefined && { site }) },
      ...(isMeasured && { coordinates: { x, y, z: 0, height } }),
      allocations: claims.map((component, index) => aClaim(`c${at}-${index}`, { component })),
    }),
  );
}

const anyBounds = fc.record(
  {
    max: fc.integer({ min: 20, max: 90 }),
    min: fc.constantFrom(0, 5),
    ideal: fc.record({ max: fc.integer({ min: 0, max: 30 }) }),
    penalty: fc.constantFrom(1, 0.5, 3),
  },
  { requiredKeys: ["penalty"] },
);

function anyTerm(own: string, count: number, others: readonly [string, number][]): fc.Arbitrary<GroupTerm> {
  const soft = fc.constantFrom(undefined, 2);
  const place = (kind: "together" | "antiAffinity" | "affinity", to: string, of: number): fc.Arbitrary<GroupTerm> =>
    soft.map((penalty) => ({ kind, label: `${kind} ${to}`, to, by: "site", of, ...(penalty && { penalty }) }));
  const latency = (to: string, of: number, pairs: "All" | "Closest"): fc.Arbitrary<GroupTerm> =>
    anyBounds.map((bounds) => ({ kind: "latency", label: `latency ${to}`, to, bounds, pairs, of }));
  const within = Math.max(1, count - 1);
  return fc.oneof(
    latency(own, within, "All"),
    place("together", own, within),
    place("antiAffinity", own, within),
    ...others.flatMap(([to, of]) => [
      latency(to, of, "All"),
      latency(to, of, "Closest"),
      place("affinity", to, of),
      place("antiAffinity", to, of),
    ]),
  );
}

const anySpread = fc.record(
  { by: fc.constant("site"), maxSkew: fc.integer({ min: 1, max: 2 }), max: fc.integer({ min: 1, max: 2 }) },
  { requiredKeys: ["by", "maxSkew"] },
);

const anyQuestion = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 2 }).chain((counts) =>
  fc.tuple(
    ...counts.map((count, index): fc.Arbitrary<GroupRequest> => {
      const others = counts.map((of, at): [string, number] => [`g${at}`, of]).filter((_, at) => at !== index);
      return fc
        .record({
          max: fc.constantFrom(undefined, 4),
          ideal: fc.constantFrom(undefined, { max: 1 }),
          spread: fc.array(anySpread, { maxLength: 1 }),
          terms: fc.array(anyTerm(`g${index}`, count, others), { maxLength: 2 }),
        })
        .map(({ max, ideal, spread, terms }) => ({
          name: `g${index}`,
          count,
          request: aRequest({
            component: `g${index}`,
            perMachine: 2,
            spread,
            attributes: [{ name: "load", penalty: 2, ...(max && { max }), ...(ideal && { ideal }) }],
          }),
          terms,
        }));
    }),
  ),
);

/** The score of the best of all sets there are, looked at one after another. */
function bruteForce(problem: Problem): SetScore | undefined {
  let best: SetScore | undefined;
  const visit = (chosen: readonly (readonly number[])[]): void => {
    const group = problem.groups[chosen.length];
    if (group === undefined) {
      const score = scoreSet(problem, chosen);
      if (score.faults === 0 && (best === undefined || compareSets(score, best) < 0)) best = score;
      return;
    }
    const taken = new Set(chosen.flat());
    const free = [...group.candidates].filter((machine) => !taken.has(machine));
    for (const members of subsets(free, group.count)) visit([...chosen, members]);
  };
  visit([]);
  return best;
}

function subsets(machines: readonly number[], count: number): readonly (readonly number[])[] {
  if (count === 0) return [[]];
  return machines.flatMap((machine, at) =>
    subsets(machines.slice(at + 1), count - 1).map((rest) => [machine, ...rest]),
  );
}

test("B-FIND-1: of small questions the set is the one that looking at all sets finds, and it is told that there is no better", () => {
  let [found, none] = [0, 0];
  fc.assert(
    fc.property(fc.array(anyMachine, { minLength: 2, maxLength: 8 }), anyQuestion, (drawn, requests) => {
      const machines = machinesOf(drawn);
      const problem = makeProblem(requests, machines);
      const expected = bruteForce(problem);
      const result = findSet(requests, [...machines].reverse(), plenty);
      expect(result.optimal).toBe(true);
      const chosen = result.sets?.map((set) => set.map(({ name }) => Number(name.slice(1))));
      expect(chosen && scoreSet(problem, chosen)).toEqual(expected);
      if (expected !== undefined) expect(result.penalty).toBe(expected.penalty);
      if (expected === undefined) none++;
      else found++;
    }),
    { seed, numRuns: 600 },
  );
  expect(Math.min(found, none)).toBeGreaterThan(80);
});

test("B-FIND-2: a set is scored as its members are, each beside the others", () => {
  let compared = 0;
  fc.assert(
    fc.property(fc.array(anyMachine, { minLength: 2, maxLength: 7 }), anyQuestion, (drawn, requests) => {
      const machines = machinesOf(drawn);
      const result = findSet(requests, machines, plenty);
      // What the closest pair of two groups costs is paid once, not by every member.
      if (result.sets === undefined || requests.some(({ terms }) => terms.some(isClosest))) return;
      const sets = new Map(requests.map(({ name }, at) => [name, result.sets?.[at] ?? []]));
      let penalty = 0;
      for (const [at, group] of requests.entries()) {
        for (const machine of result.sets[at] ?? []) {
          const request = requestBeside(group, sets, machine);
          expect(refusalOf(request, machine)).toBeUndefined();
          penalty += toMicro(penaltyOf(request, machine));
        }
      }
      // Shares of a mean are rounded.
      expect(Math.abs(penalty - result.penalty)).toBeLessThan(50);
      compared++;
    }),
    { seed, numRuns: 400 },
  );
  expect(compared).toBeGreaterThan(80);
});

const isClosest = (term: GroupTerm): boolean => term.kind === "latency" && term.pairs === "Closest";

test("B-FIND-3: one machine is found as a claim's is, whatever is asked of it alone", () => {
  fc.assert(
    fc.property(fc.array(anyMachine, { minLength: 1, maxLength: 8 }), fc.boolean(), (drawn, hasSpread) => {
      const machines = machinesOf(drawn);
      const spread = hasSpread ? [{ by: "site", maxSkew: 1, max: 2 }] : [];
      const attributes = [{ name: "load", max: 5, ideal: { max: 2 }, penalty: 3 }];
      const request = aRequest({ component: "g0", perMachine: 3, attributes, spread });
      const result = findSet([{ name: "g0", count: 1, request, terms: [] }], machines, plenty);
      const alone = match(request, machines);
      expect(result.sets === undefined).toBe(alone.chosen === undefined);
      const [chosen] = result.sets?.[0] ?? [];
      const rank = alone.ranking.find(({ name }) => name === chosen?.name);
      expect(rank?.penalty).toBe(alone.ranking[0]?.penalty);
      if (!hasSpread) expect(chosen?.name).toBe(alone.chosen?.name);
    }),
    { seed, numRuns: 300 },
  );
});

describe("large questions", () => {
  test("ten thousand equal machines are no work, and the first ones are taken", () => {
    const machines = Array.from({ length: 10_000 }, (_, at) => aMachine(`m${String(at).padStart(5, "0")}`));
    const result = findSet([{ name: "g", count: 3, request: aRequest(), terms: [] }], machines, 1);
    expect(result.optimal).toBe(true);
    expect(result.sets?.[0]?.map(({ name }) => name)).toEqual(["m00000", "m00001", "m00002"]);
  });

  test("one machine more than there are is not found, and that is certain", () => {
    const machines = ["a", "b", "c"].map((name) => aMachine(name));
    const group = (name: string) => ({ name, count: 2, request: aRequest(), terms: [] });
    const result = findSet([group("one"), group("two")], machines, 1);
    expect(result).toMatchObject({ sets: undefined, optimal: true });
  });
});
