import { excessOf, isWithin, toMicro } from "../bounds.ts";
import type { SpreadRule } from "../machine-view.ts";
import type { LatencyBetween, PlaceBetween } from "./group-request.ts";
import { type CoordinateTable, distance, type PlaceTable } from "./relation.ts";

/** The machines of each group, by the group's place in the question. */
export type Chosen = readonly (readonly number[])[];

/** What is against a set: faults, which must be none, and millionths of penalty. */
export interface Judgement {
  readonly faults: number;
  readonly penalty: number;
}

/** A term that only a whole set has. */
export interface SetRule {
  judge(chosen: Chosen): Judgement;
  /** Which machines may come next into a group of a set that grows one by one; undefined: any. */
  narrow(chosen: Chosen, group: number): ((machine: number) => boolean) | undefined;
}

const fine: Judgement = { faults: 0, penalty: 0 };

export interface SpreadInput {
  readonly group: number;
  readonly rule: SpreadRule;
  readonly places: PlaceTable;
  /** Machines that will do for the group. */
  readonly candidates: Int32Array;
  /** Members that are there already, by place. */
  readonly present: ReadonlyMap<number, number>;
}

interface Counts {
  /** Members by place. */
  readonly counts: ReadonlyMap<number, number>;
  /** The fewest of a place where there is room for more. */
  readonly least: number;
}

/**
 * Values differ by `maxSkew` members at most, as far as there is a choice: one whose machines are all taken does not keep
 * the others from growing.
 */
export function spreadOverPlaces({ group, rule, places, candidates, present }: SpreadInput): SetRule {
  const room = countsOf(candidates, places);
  const isCandidate = new Set(candidates);
  const { maxSkew, max = Number.POSITIVE_INFINITY } = rule;
  const countAll = (chosen: Chosen): Counts => {
    const counts = new Map(present);
    for (const machine of chosen[group] ?? []) increase(counts, places[machine] ?? -1);
    const taken = countsOf(
      chosen.flat().filter((machine) => isCandidate.has(machine)),
      places,
    );
    const open = [...room].filter(([place, machines]) => (taken.get(place) ?? 0) < machines);
    return { counts, least: Math.min(...open.map(([place]) => counts.get(place) ?? 0)) };
  };
  return {
    judge(chosen) {
      const { counts, least } = countAll(chosen);
      let faults = 0;
      for (const place of new Set((chosen[group] ?? []).map((machine) => places[machine] ?? -1))) {
        const count = counts.get(place) ?? 0;
        faults += Math.max(0, count - max, count - least - maxSkew);
      }
      return faults === 0 ? fine : { faults, penalty: 0 };
    },
    narrow(chosen, asked) {
      if (asked !== group) return undefined;
      const { counts, least } = countAll(chosen);
      return (machine) => {
        const count = (counts.get(places[machine] ?? -1) ?? 0) + 1;
        return count <= max && count - least <= maxSkew;
      };
    },
  };
}

/** Each member of one group stands where a member of the other does. */
export function besideOthers(
  { penalty }: PlaceBetween,
  { group, other, places }: { readonly group: number; readonly other: number; readonly places: PlaceTable },
): SetRule {
  const occupied = (chosen: Chosen): ReadonlySet<number> => {
    const there = new Set((chosen[other] ?? []).map((machine) => places[machine] ?? -1));
    there.delete(-1);
    return there;
  };
  return {
    judge(chosen) {
      const there = occupied(chosen);
      const alone = (chosen[group] ?? []).filter((machine) => !there.has(places[machine] ?? -1)).length;
      if (alone === 0) return fine;
      return penalty === undefined ? { faults: alone, penalty: 0 } : { faults: 0, penalty: alone * toMicro(penalty) };
    },
    narrow(chosen, asked) {
      if (penalty !== undefined) return undefined;
      const there = occupied(chosen);
      if (asked === group && there.size > 0) return (machine) => there.has(places[machine] ?? -1);
      const alone = (chosen[group] ?? []).map((machine) => places[machine] ?? -1).filter((place) => !there.has(place));
      return asked === other && alone.length > 0 ? (machine) => alone.includes(places[machine] ?? -1) : undefined;
    },
  };
}

/** The two members of two groups that are closest to each other are within bounds; they alone pay. */
export function closestPair(
  { bounds }: LatencyBetween,
  { group, other, table }: { readonly group: number; readonly other: number; readonly table: CoordinateTable },
): SetRule {
  const { ideal = {}, penalty } = bounds;
  return {
    judge(chosen) {
      let least = Number.POSITIVE_INFINITY;
      for (const left of chosen[group] ?? [])
        for (const right of chosen[other] ?? []) {
          const ms = distance(table, left, right);
          if (isWithin(ms, bounds)) least = Math.min(least, toMicro(excessOf(ms, ideal) * penalty));
        }
      return least === Number.POSITIVE_INFINITY ? { faults: 1, penalty: 0 } : { faults: 0, penalty: least };
    },
    narrow(chosen, asked) {
      const [there, here] = asked === group ? [chosen[other], chosen[group]] : [chosen[group], chosen[other]];
      if ((asked !== group && asked !== other) || there === undefined || there.length === 0) return undefined;
      const isNear = (machine: number) => there.some((one) => isWithin(distance(table, machine, one), bounds));
      return here?.some(isNear) ? undefined : isNear;
    },
  };
}

export function countsOf(machines: Iterable<number>, places: PlaceTable): Map<number, number> {
  const counts = new Map<number, number>();
  for (const machine of machines) increase(counts, places[machine] ?? -1);
  return counts;
}

function increase(counts: Map<number, number>, place: number): void {
  counts.set(place, (counts.get(place) ?? 0) + 1);
}
