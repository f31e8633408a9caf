import type { Search, Time } from "./pace.ts";
import { compareSets, type Problem, type SetScore } from "./problem.ts";
import { SearchState } from "./search-state.ts";
import { sumOfLeast } from "./select-least.ts";
import type { Chosen } from "./set-rules.ts";

/** The best set that is known. */
export interface Incumbent {
  readonly chosen: Chosen;
  readonly score: SetScore;
}

/** What branch and bound has come to; `isComplete`: nothing better exists. */
export interface Proof {
  readonly best: Incumbent | undefined;
  readonly isComplete: boolean;
  /** No set without a fault has a smaller penalty, in millionths. */
  readonly bound: number;
}

/** With more candidates in a group there is no hope to look at all sets that may be better. */
const maxCandidates = 400;

/** Looks at every set that may be better than the best one known, and at no other. */
export function* branchAndBound(problem: Problem, known: Incumbent | undefined, time: Time): Search<Proof> {
  const tree = new Tree(problem, known, time);
  const bound = tree.bound()?.penalty ?? Number.POSITIVE_INFINITY;
  if (problem.groups.some(({ candidates }) => candidates.length > maxCandidates))
    return { best: known, isComplete: false, bound };
  const isComplete = yield* tree.visit();
  return { best: tree.best, isComplete, bound };
}

class Tree {
  best: Incumbent | undefined;
  readonly #state: SearchState;
  readonly #time: Time;
  /** By group and machine: sets with it have been looked at. */
  readonly #closed: readonly Uint8Array[];
  readonly #leastPairs: readonly (ReadonlyMap<number, Float64Array> | undefined)[];

  constructor(problem: Problem, known: Incumbent | undefined, time: Time) {
    this.best = known;
    this.#time = time;
    this.#state = new SearchState(
      problem,
      problem.groups.map(({ candidates }) => candidates),
    );
    this.#closed = problem.groups.map(() => new Uint8Array(problem.machines.length));
    this.#leastPairs = problem.groups.map((_, group) => leastPairs(problem, group));
  }

  /** Resolves with whether everything was looked at. */
  *visit(): Search<boolean> {
    const state = this.#state;
    if (state.isDue()) yield;
    if (this.#time.isOver) return false;
    const group = this.#openGroup();
    if (group === undefined) {
      this.#offer();
      return true;
    }
    const bound = this.bound();
    if (bound === undefined || !this.#mayBeat(bound)) return true;
    return yield* this.#branch(group);
  }

  *#branch(group: number): Search<boolean> {
    const state = this.#state;
    const closed = this.#closed[group];
    const tried: number[] = [];
    let isComplete = true;
    for (const machine of this.#open(group).sort((left, right) => this.#order(group, left, right))) {
      state.add(group, machine);
      isComplete = yield* this.visit();
      state.remove(group, machine);
      tried.push(machine);
      if (closed !== undefined) closed[machine] = 1;
      if (!isComplete) break;
      // What is left of the group may be too little by now, or too dear.
      const bound = this.bound();
      if (bound === undefined || !this.#mayBeat(bound)) break;
    }
    for (const machine of tried) if (closed !== undefined) closed[machine] = 0;
    return isComplete;
  }

  /** What any set with those that are in costs at least; undefined where there is none. */
  bound(): SetScore | undefined {
    const state = this.#state;
    let { penalty, tie } = state.pairScore;
    for (const [group, { count }] of state.problem.groups.entries()) {
      const missing = count - (state.chosen[group]?.length ?? 0);
      if (missing === 0) continue;
      const open = this.#open(group);
      state.steps += open.length * 4;
      if (open.length < missing) return undefined;
      const pairs = this.#leastPairs[group];
      const least = (machine: number): number =>
        state.costOf(group, machine) + (pairs?.get(machine)?.[missing - 1] ?? 0) / 2;
      penalty += sumOfLeast(Float64Array.from(open, least), missing);
      tie += sumOfLeast(
        Float64Array.from(open, (machine) => state.tieOf(group, machine)),
        missing,
      );
    }
    // Penalties are whole numbers.
    return { faults: 0, penalty: Math.ceil(penalty), tie };
  }

  #openGroup(): number | undefined {
    const { problem, chosen } = this.#state;
    const index = problem.groups.findIndex(({ count }, group) => (chosen[group]?.length ?? 0) < count);
    return index < 0 ? undefined : index;
  }

  #open(group: number): number[] {
    const state = this.#state;
    const closed = this.#closed[group];
    const open: number[] = [];
    for (const machine of state.looked[group] ?? [])
      if (state.taken[machine] === 0 && closed?.[machine] === 0 && state.faultsOf(group, machine) === 0)
        open.push(machine);
    return open;
  }

  #order(group: number, left: number, right: number): number {
    const state = this.#state;
    return (
      state.costOf(group, left) - state.costOf(group, right) || state.tieOf(group, left) - state.tieOf(group, right)
    );
  }

  #mayBeat(bound: SetScore): boolean {
    return this.best === undefined || compareSets(bound, this.best.score) < 0;
  }

  #offer(): void {
    const { score, chosen } = this.#state;
    if (score.faults > 0 || !this.#mayBeat(score)) return;
    this.best = { score, chosen: chosen.map((members) => [...members]) };
  }
}

/** Of each machine of a group: what it costs at least beside one, two, three others of the group. */
function leastPairs({ groups, relations }: Problem, group: number): ReadonlyMap<number, Float64Array> | undefined {
  const [found, relation] = [groups[group], relations[group]?.[group]];
  if (found === undefined || relation === undefined || found.candidates.length > maxCandidates) return undefined;
  const { candidates, count } = found;
  return new Map(
    [...candidates].map((machine) => {
      const costs = candidates.filter((other) => other !== machine);
      const sorted = Float64Array.from(costs, (other) => relation.cost(machine, other)).sort();
      const sums = new Float64Array(count);
      // One that has too few others is in no set.
      for (let others = 1; others < count; others++)
        sums[others] = (sums[others - 1] ?? 0) + (sorted[others - 1] ?? Number.POSITIVE_INFINITY);
      return [machine, sums] as const;
    }),
  );
}
