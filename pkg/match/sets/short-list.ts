import type { Problem, ProblemGroup } from "./problem.ts";
import type { PlaceTable, Relation } from "./relation.ts";
import { moveLeast, sumOfLeast } from "./select-least.ts";

/** A machine to begin a set with. */
export interface Seed {
  readonly group: number;
  readonly machine: number;
}

/** Machines of each group that are good beside a seed. */
export interface ShortList {
  readonly seed: Seed;
  readonly machines: readonly Int32Array[];
}

/** Of so many seeds, the most promising, there is a list. */
const listsMade = 4;

/** So many machines that lie apart are looked at as beginnings. */
const spreadSeeds = 60;
/** And so many that are cheap by themselves. */
const cheapSeeds = 8;
/** So many machines are listed for each that is wanted, and at least so many. */
const listedPerMember = 4;
const minListed = 120;

/** Short lists around machines that lie apart from each other and around cheap ones, the most promising first. */
export function shortLists(problem: Problem): readonly ShortList[] {
  const group = leadingGroup(problem);
  return seedsOf(problem, group)
    .map((machine) => ({ seed: { group, machine }, estimate: estimateFrom(problem, { group, machine }) }))
    .sort((left, right) => compare(left.estimate, right.estimate) || left.seed.machine - right.seed.machine)
    .slice(0, listsMade)
    .map(({ seed }) => shortList(problem, seed));
}

/** Infinity is equal to itself, which its difference is not. */
function compare(left: number, right: number): number {
  return left === right ? 0 : left - right;
}

/** The group whose machines have most to do with each other, or with those of other groups. */
function leadingGroup({ groups, relations }: Problem): number {
  const weight = (group: number): number => {
    const within = relations[group]?.[group] === undefined ? 0 : 2;
    const between = relations[group]?.some((one) => one !== undefined) === true ? 1 : 0;
    return (within + between) * 100_000 + (groups[group]?.count ?? 0);
  };
  return groups.map((_, group) => group).reduce((best, one) => (weight(one) > weight(best) ? one : best), 0);
}

function seedsOf({ groups, relations }: Problem, group: number): readonly number[] {
  const found = groups[group];
  if (found === undefined) return [];
  const { candidates } = found;
  const cheap = cheapest(candidates, (machine) => found.penalty[machine] ?? 0, cheapSeeds);
  const relation = relations[group]?.[group] ?? relations[group]?.find((one) => one !== undefined);
  if (relation === undefined) return [...cheap.slice(0, 1)];
  return [...new Set([...cheap, ...farApart(sampleOf(candidates), relation)])];
}

/** The first, then always the one that is farthest from all that were chosen. */
function farApart(candidates: Int32Array, relation: Relation): readonly number[] {
  const nearest = new Float64Array(candidates.length).fill(Number.POSITIVE_INFINITY);
  const seeds: number[] = [];
  let next = candidates[0];
  while (next !== undefined && seeds.length < spreadSeeds) {
    seeds.push(next);
    next = candidates[farthestFrom(next, candidates, nearest, relation)];
  }
  return seeds;
}

/** Brings `nearest` up to date with one more seed; gives the place of the candidate that is farthest from all, or -1. */
function farthestFrom(seed: number, candidates: Int32Array, nearest: Float64Array, relation: Relation): number {
  let [farthest, most] = [-1, 0];
  for (const [at, machine] of candidates.entries()) {
    // What is refused is farther than whatever has a price.
    const cost = machine === seed ? 0 : Math.min(relation.cost(seed, machine), Number.MAX_SAFE_INTEGER);
    const distance = Math.min(nearest[at] ?? 0, cost);
    nearest[at] = distance;
    if (distance > most) [farthest, most] = [at, distance];
  }
  return farthest;
}

/** What a machine costs in a group, by itself and, about, beside all members of a set around a seed. */
function priceBeside({ groups, relations }: Problem, seed: Seed, group: number): (machine: number) => number {
  const relation = relations[seed.group]?.[group];
  const leads = groups[seed.group]?.count ?? 1;
  // Within a group each pair is shared by two.
  const pairs = group === seed.group ? (leads - 1) / 2 : leads;
  const own = groups[group]?.penalty;
  return (machine) => {
    const alone = own?.[machine] ?? 0;
    if (relation === undefined || machine === seed.machine) return alone;
    const cost = relation.cost(seed.machine, machine);
    return cost === 0 ? alone : alone + cost * pairs;
  };
}

/** About what the best set around a seed would cost: a sample of the machines tells which seeds are better than others. */
function estimateFrom(problem: Problem, seed: Seed): number {
  return problem.groups.reduce((sum, { candidates, count }, group) => {
    const sample = sampleOf(candidates);
    const share = sample.length / candidates.length;
    const prices = pricesOf(sample, priceBeside(problem, seed, group));
    return sum + sumOfLeast(prices, Math.ceil(count * share)) / share;
  }, 0);
}

const sampleSize = 1500;

/** Every so many-th, so that there are not too many. */
function sampleOf(candidates: Int32Array): Int32Array {
  if (candidates.length <= sampleSize) return candidates;
  const sample = new Int32Array(sampleSize);
  for (let at = 0; at < sampleSize; at++)
    sample[at] = candidates[Math.floor((at * candidates.length) / sampleSize)] ?? 0;
  return sample;
}

function pricesOf(machines: Int32Array, price: (machine: number) => number): Float64Array {
  const prices = new Float64Array(machines.length);
  for (let at = 0; at < machines.length; at++) prices[at] = price(machines[at] ?? 0);
  return prices;
}

/** The list around one machine. */
export function shortList(problem: Problem, seed: Seed): ShortList {
  const wanted = problem.groups.reduce((sum, { count }) => sum + count, 0);
  const machines = problem.groups.map((group, index) => {
    const listed = listFor(group, wanted, priceBeside(problem, seed, index));
    if (index === seed.group) listed.add(seed.machine);
    return Int32Array.from(listed).sort();
  });
  return { seed, machines };
}

/** The cheapest, and of each place the cheapest, so that members can be spread. */
function listFor(
  { candidates, count, strata }: ProblemGroup,
  wanted: number,
  price: (machine: number) => number,
): Set<number> {
  const size = Math.max(minListed, count * listedPerMember, wanted + count);
  const usable = candidates.filter((machine) => price(machine) < Number.POSITIVE_INFINITY);
  const listed = new Set(cheapest(usable, price, size));
  for (const places of strata) {
    for (const here of byPlace(usable, places).values())
      for (const machine of cheapest(Int32Array.from(here), price, Math.ceil(size / 10))) listed.add(machine);
  }
  return listed;
}

function byPlace(machines: Int32Array, places: PlaceTable): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (const machine of machines) {
    const place = places[machine] ?? -1;
    const here = found.get(place);
    if (here === undefined) found.set(place, [machine]);
    else here.push(machine);
  }
  return found;
}

/** The `count` cheapest; of equals the first. */
function cheapest(machines: Int32Array, price: (machine: number) => number, count: number): readonly number[] {
  const prices = pricesOf(machines, price);
  const least = prices.slice();
  moveLeast(least, count);
  const limit = least.subarray(0, count).reduce((most, one) => Math.max(most, one), Number.NEGATIVE_INFINITY);
  const found: { readonly machine: number; readonly price: number }[] = [];
  for (const [at, machine] of machines.entries()) {
    const own = prices[at] ?? 0;
    if (own <= limit) found.push({ machine, price: own });
  }
  found.sort((left, right) => compare(left.price, right.price) || left.machine - right.machine);
  return found.slice(0, count).map(({ machine }) => machine);
}
