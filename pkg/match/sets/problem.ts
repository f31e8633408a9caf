import { toMicro } from "../bounds.ts";
import type { MachineView } from "../machine-view.ts";
import { refusalOf } from "../match.ts";
import { placeFaultOf, placeOf } from "../peer-terms.ts";
import type { Refusal } from "../refusal.ts";
import { penaltyOf } from "../score.ts";
import type { GroupRequest, GroupTerm } from "./group-request.ts";
import { type CoordinateTable, type PlaceTable, Relation } from "./relation.ts";
import { besideOthers, type Chosen, closestPair, countsOf, type SetRule, spreadOverPlaces } from "./set-rules.ts";

/** A question laid out for search: machines are numbers, in the order of their names. */
export interface Problem {
  readonly machines: readonly MachineView[];
  readonly groups: readonly ProblemGroup[];
  /** By two groups; undefined where nothing speaks against any two of their machines. */
  readonly relations: readonly (readonly (Relation | undefined)[])[];
  readonly rules: readonly SetRule[];
}

export interface ProblemGroup {
  readonly name: string;
  readonly count: number;
  /** Machines that will do, as far as others do not matter, by name. */
  readonly candidates: Int32Array;
  /** By machine: millionths that it costs by itself. */
  readonly penalty: Float64Array;
  /** By machine: by what equals are told apart; its claims, then its name: the first groups have the first names. */
  readonly tie: Float64Array;
  /** Places of which some of each should be looked at: members are spread over them, or stand beside others. */
  readonly strata: readonly PlaceTable[];
  readonly refusals: readonly Refusal[];
}

/** How good a set is: the least wins, from left to right. */
export interface SetScore {
  /** What is not as it must be. */
  readonly faults: number;
  /** Millionths. */
  readonly penalty: number;
  readonly tie: number;
}

export function compareSets(left: SetScore, right: SetScore): number {
  return left.faults - right.faults || left.penalty - right.penalty || left.tie - right.tie;
}

export function makeProblem(requests: readonly GroupRequest[], all: readonly MachineView[]): Problem {
  const machines = [...all].sort((left, right) => (left.name < right.name ? -1 : 1));
  const table = coordinateTable(machines);
  const tables = new Map<string | undefined, PlaceTable>();
  const placesBy = (by: string | undefined): PlaceTable => {
    const known = tables.get(by) ?? placeTable(machines, by);
    tables.set(by, known);
    return known;
  };
  const indexOf = new Map(requests.map(({ name }, group) => [name, group]));
  const groups = requests.map((request) => ({
    ...problemGroup(request, requests, machines),
    strata: strataOf(request, requests, placesBy),
  }));
  const termsTo = (from: GroupRequest | undefined, to: GroupRequest | undefined, weight: number) =>
    (from?.terms ?? []).filter((term) => term.to === to?.name).map((term) => ({ term, weight }));
  const relations = requests.map((from, group) =>
    requests.map((to, other) => {
      if (group === other && from.count === 1) return undefined;
      // Within a group both pay; between two, those whose term it is.
      const terms = group === other ? termsTo(from, to, 2) : [...termsTo(from, to, 1), ...termsTo(to, from, 1)];
      return Relation.of(terms, table, placesBy);
    }),
  );
  const rules = requests.flatMap((request, group) => [
    ...spreadRules(request, group, { machines, groups, placesBy }),
    ...request.terms.flatMap((term) => setRule(term, group, indexOf.get(term.to), { table, placesBy }) ?? []),
  ]);
  return { machines, groups, relations, rules };
}

interface Parts {
  readonly machines: readonly MachineView[];
  readonly groups: readonly ProblemGroup[];
  readonly table: CoordinateTable;
  readonly placesBy: (by: string | undefined) => PlaceTable;
}

function problemGroup(
  group: GroupRequest,
  all: readonly GroupRequest[],
  machines: readonly MachineView[],
): Omit<ProblemGroup, "strata"> {
  const { name, count, request } = group;
  const candidates: number[] = [];
  const refusals: Refusal[] = [];
  const rank = all.length - all.indexOf(group);
  const penalty = new Float64Array(machines.length);
  const tie = new Float64Array(machines.length);
  const others = all.flatMap(({ terms }) => terms.filter(({ to, kind }) => to === name && kind === "latency"));
  const lacking = (machine: MachineView) => missingFact([...group.terms, ...others], group, machine);
  for (const [index, machine] of machines.entries()) {
    const refusal = refusalOf(request, machine) ?? lacking(machine);
    if (refusal !== undefined) {
      refusals.push(refusal);
      continue;
    }
    candidates.push(index);
    penalty[index] = toMicro(penaltyOf(request, machine));
    tie[index] = machine.allocations.length * 2 ** 24 + index * rank;
  }
  return { name, count, candidates: Int32Array.from(candidates), penalty, tie, refusals };
}

function strataOf(
  { name, request, terms }: GroupRequest,
  all: readonly GroupRequest[],
  placesBy: (by: string | undefined) => PlaceTable,
): readonly PlaceTable[] {
  const own = terms.flatMap((term) => (term.kind === "affinity" ? [term.by] : []));
  const others = all.flatMap((one) =>
    one.terms.flatMap((term) => (term.kind === "affinity" && term.to === name ? [term.by] : [])),
  );
  const names = new Set([...request.spread.map(({ by }) => by), ...own, ...others]);
  return [...names].map(placesBy);
}

/** What is compared with that of others has to be known. */
function missingFact(
  terms: readonly GroupTerm[],
  { request }: GroupRequest,
  machine: MachineView,
): Refusal | undefined {
  for (const { by } of request.spread) if (placeOf(machine, by) === undefined) return unknown(machine, `${by} unknown`);
  for (const term of terms) {
    if (term.kind === "latency") {
      const fault = placeFaultOf(term.label, machine);
      if (fault !== undefined) return { resource: machine.name, ...fault };
    } else if (term.kind !== "antiAffinity" && term.penalty === undefined && placeOf(machine, term.by) === undefined) {
      return unknown(machine, `${term.by} unknown`);
    }
  }
  return undefined;
}

function unknown({ name }: MachineView, message: string): Refusal {
  return { resource: name, reason: "AttributeUnknown", message };
}

function spreadRules(
  { request }: GroupRequest,
  group: number,
  { machines, groups, placesBy }: Omit<Parts, "table">,
): readonly SetRule[] {
  if (request.spread.length === 0) return [];
  const members = machines.flatMap(({ allocations }, index) =>
    allocations
      .filter(({ namespace, component }) => namespace === request.namespace && component === request.component)
      .map(() => index),
  );
  const candidates = groups[group]?.candidates ?? new Int32Array();
  return request.spread.map((rule) => {
    const places = placesBy(rule.by);
    return spreadOverPlaces({ group, rule, places, candidates, present: countsOf(members, places) });
  });
}

function setRule(
  term: GroupTerm,
  group: number,
  other: number | undefined,
  { table, placesBy }: Omit<Parts, "machines" | "groups">,
): SetRule | undefined {
  if (other === undefined || other === group) return undefined;
  if (term.kind === "latency") return term.pairs === "Closest" ? closestPair(term, { group, other, table }) : undefined;
  return term.kind === "affinity" ? besideOthers(term, { group, other, places: placesBy(term.by) }) : undefined;
}

function coordinateTable(machines: readonly MachineView[]): CoordinateTable {
  const column = () => new Float64Array(machines.length);
  const table = { x: column(), y: column(), z: column(), height: column() };
  for (const [at, { coordinates }] of machines.entries()) {
    if (coordinates === undefined) continue;
    table.x[at] = coordinates.x;
    table.y[at] = coordinates.y;
    table.z[at] = coordinates.z;
    table.height[at] = coordinates.height;
  }
  return table;
}

function placeTable(machines: readonly MachineView[], by: string | undefined): PlaceTable {
  const numbers = new Map<string, number>();
  return Int32Array.from(machines, (machine) => {
    const place = placeOf(machine, by);
    if (place === undefined) return -1;
    const number = numbers.get(place) ?? numbers.size;
    numbers.set(place, number);
    return number;
  });
}

/** How many machines a set lacks: each is a fault. */
export function missingFrom({ groups }: Pick<Problem, "groups">, chosen: Chosen): number {
  return groups.reduce((sum, { count }, group) => sum + count - (chosen[group]?.length ?? 0), 0);
}

/** The score of a set, added up from nothing: what every search has to agree with. */
export function scoreSet({ groups, relations, rules }: Problem, chosen: Chosen): SetScore {
  let [faults, penalty, tie] = [missingFrom({ groups }, chosen), 0, 0];
  const members = chosen.flatMap((machines, group) => machines.map((machine) => ({ machine, group })));
  for (const [at, { machine, group }] of members.entries()) {
    penalty += groups[group]?.penalty[machine] ?? 0;
    tie += groups[group]?.tie[machine] ?? 0;
    for (const other of members.slice(at + 1)) {
      const cost = relations[group]?.[other.group]?.cost(machine, other.machine) ?? 0;
      if (cost === Number.POSITIVE_INFINITY) faults++;
      else penalty += cost;
    }
  }
  for (const rule of rules) {
    const judgement = rule.judge(chosen);
    faults += judgement.faults;
    penalty += judgement.penalty;
  }
  return { faults, penalty, tie };
}
