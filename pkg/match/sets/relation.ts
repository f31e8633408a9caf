import { toMicro } from "../bounds.ts";
import type { GroupTerm, LatencyBetween, PlaceBetween } from "./group-request.ts";

/** Coordinates of all machines, laid out for loops that run over thousands of them. */
export interface CoordinateTable {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly z: Float64Array;
  readonly height: Float64Array;
}

/** The value of a label or attribute of each machine as a number; -1: not known. */
export type PlaceTable = Int32Array;

interface LatencyRule {
  readonly min: number;
  readonly max: number;
  readonly idealMin: number;
  readonly idealMax: number;
  /** Millionths for each millisecond out of the ideal range. */
  readonly rate: number;
}

interface PlaceRule {
  readonly places: PlaceTable;
  /** What costs: to be in the same place, or not to be. */
  readonly same: boolean;
  /** Millionths; absent: it must not be. */
  readonly cost: number | undefined;
}

/** All that speaks against two machines of two groups, or of one, together: refused, or millionths of penalty. */
export class Relation {
  readonly #table: CoordinateTable;
  readonly #latencies: readonly LatencyRule[];
  readonly #places: readonly PlaceRule[];

  /**
   * `weight` is how often the pair counts: within a group both members pay. Terms of a whole set are left out. Undefined
   * where nothing is left.
   */
  static of(
    terms: readonly { readonly term: GroupTerm; readonly weight: number }[],
    table: CoordinateTable,
    placesBy: (by: string | undefined) => PlaceTable,
  ): Relation | undefined {
    const latencies = terms.flatMap(({ term, weight }) =>
      term.kind === "latency" && term.pairs === "All" ? [latencyRule(term, weight)] : [],
    );
    const places = terms.flatMap(({ term, weight }) =>
      term.kind === "together" || term.kind === "antiAffinity" ? [placeRule(term, weight, placesBy(term.by))] : [],
    );
    return latencies.length + places.length === 0 ? undefined : new Relation(table, latencies, places);
  }

  private constructor(table: CoordinateTable, latencies: readonly LatencyRule[], places: readonly PlaceRule[]) {
    this.#table = table;
    this.#latencies = latencies;
    this.#places = places;
  }

  /** Millionths that the pair costs; Infinity where it will not do. This is where a search spends its time. */
  cost(left: number, right: number): number {
    let cost = this.#latencies.length === 0 ? 0 : latencyCost(this.#latencies, distance(this.#table, left, right));
    const places = this.#places;
    for (let at = 0; at < places.length; at++) {
      const rule = places[at];
      if (rule !== undefined) cost += placeCost(rule, left, right);
    }
    return cost;
  }

  /** Adds what each of `machines` costs beside `one` to its sum, or takes it away again; what is refused is counted. */
  addTo(sums: Float64Array, faults: Int32Array, machines: Int32Array, one: number, sign: 1 | -1): void {
    for (let at = 0; at < machines.length; at++) {
      const machine = machines[at] ?? 0;
      if (machine === one) continue;
      const cost = this.cost(one, machine);
      if (cost === Number.POSITIVE_INFINITY) faults[machine] = (faults[machine] ?? 0) + sign;
      else if (cost !== 0) sums[machine] = (sums[machine] ?? 0) + sign * cost;
    }
  }
}

export function distance({ x, y, z, height }: CoordinateTable, left: number, right: number): number {
  const byX = (x[left] ?? 0) - (x[right] ?? 0);
  const byY = (y[left] ?? 0) - (y[right] ?? 0);
  const byZ = (z[left] ?? 0) - (z[right] ?? 0);
  return Math.sqrt(byX * byX + byY * byY + byZ * byZ) + (height[left] ?? 0) + (height[right] ?? 0);
}

function latencyRule({ bounds, of }: LatencyBetween, weight: number): LatencyRule {
  const { min = 0, max = Number.POSITIVE_INFINITY, ideal, penalty } = bounds;
  return {
    min,
    max,
    idealMin: ideal?.min ?? 0,
    idealMax: ideal?.max ?? Number.POSITIVE_INFINITY,
    rate: ideal === undefined ? 0 : (penalty * weight * 1e6) / of,
  };
}

/** Without an object or a function of its own for each pair: there are millions of them. */
function latencyCost(rules: readonly LatencyRule[], ms: number): number {
  let cost = 0;
  for (let at = 0; at < rules.length; at++) {
    const rule = rules[at];
    if (rule === undefined) continue;
    if (ms < rule.min || ms > rule.max) return Number.POSITIVE_INFINITY;
    if (ms > rule.idealMax) cost += Math.round(rule.rate * (ms - rule.idealMax));
    else if (ms < rule.idealMin) cost += Math.round(rule.rate * (rule.idealMin - ms));
  }
  return cost;
}

function placeRule({ kind, penalty, of }: PlaceBetween, weight: number, places: PlaceTable): PlaceRule {
  const cost = penalty === undefined ? undefined : toMicro((penalty * weight) / of);
  return { places, same: kind === "antiAffinity", cost };
}

/** What is not known is no place that two could share. */
function placeCost({ places, same, cost = Number.POSITIVE_INFINITY }: PlaceRule, left: number, right: number): number {
  const isSame = places[left] === places[right] && places[left] !== -1;
  return isSame === same ? cost : 0;
}
