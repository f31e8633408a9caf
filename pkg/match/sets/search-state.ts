import { pieceSteps } from "./pace.ts";
import { missingFrom, type Problem, type ProblemGroup, type SetScore } from "./problem.ts";
import type { Relation } from "./relation.ts";

/**
 * A set that machines are put into and taken out of again. What each machine that is looked at would cost beside those
 * that are in is kept up to date, so that asking for it costs nothing.
 */
export class SearchState {
  readonly problem: Problem;
  /** Machines of each group that are looked at. */
  readonly looked: readonly Int32Array[];
  readonly chosen: readonly number[][];
  /** By machine: whether it is in the set. */
  readonly taken: Uint8Array;
  /** Work that was done, in pairs of machines. */
  steps = 0;
  #pausedAt = 0;
  #faults = 0;
  #penalty = 0;
  #tie = 0;
  readonly #sums: readonly Float64Array[];
  readonly #bad: readonly Int32Array[];

  constructor(problem: Problem, looked: readonly Int32Array[]) {
    const { groups, machines } = problem;
    this.problem = problem;
    this.looked = looked;
    this.chosen = groups.map(() => []);
    this.taken = new Uint8Array(machines.length);
    this.#sums = groups.map(() => new Float64Array(machines.length));
    this.#bad = groups.map(() => new Int32Array(machines.length));
  }

  add(group: number, machine: number): void {
    this.#count(group, machine, 1);
    this.chosen[group]?.push(machine);
    this.taken[machine] = 1;
    this.#tell(group, machine, 1);
  }

  remove(group: number, machine: number): void {
    const members = this.chosen[group] ?? [];
    members.splice(members.indexOf(machine), 1);
    this.taken[machine] = 0;
    this.#tell(group, machine, -1);
    this.#count(group, machine, -1);
  }

  /** Whether a piece of work is done; it is asked again for the next piece. */
  isDue(): boolean {
    if (this.steps - this.#pausedAt < pieceSteps) return false;
    this.#pausedAt = this.steps;
    return true;
  }

  /** Pairs with members of the set that the machine must not be in with. */
  faultsOf(group: number, machine: number): number {
    return this.#bad[group]?.[machine] ?? 0;
  }

  /** Millionths that the machine costs in the group: by itself, and beside those that are in. */
  costOf(group: number, machine: number): number {
    return (this.problem.groups[group]?.penalty[machine] ?? 0) + (this.#sums[group]?.[machine] ?? 0);
  }

  tieOf(group: number, machine: number): number {
    return this.problem.groups[group]?.tie[machine] ?? 0;
  }

  relation(group: number, other: number): Relation | undefined {
    return this.problem.relations[group]?.[other];
  }

  group(group: number): ProblemGroup {
    const found = this.problem.groups[group];
    if (found === undefined) throw new Error(`there is no group ${group}`);
    return found;
  }

  /** Score without the rules of the whole set. */
  get pairScore(): SetScore {
    return { faults: this.#faults, penalty: this.#penalty, tie: this.#tie };
  }

  get score(): SetScore {
    let [faults, penalty] = [this.#faults + missingFrom(this.problem, this.chosen), this.#penalty];
    for (const rule of this.problem.rules) {
      const judgement = rule.judge(this.chosen);
      faults += judgement.faults;
      penalty += judgement.penalty;
    }
    return { faults, penalty, tie: this.#tie };
  }

  #count(group: number, machine: number, sign: 1 | -1): void {
    this.#penalty += sign * this.costOf(group, machine);
    this.#faults += sign * this.faultsOf(group, machine);
    this.#tie += sign * this.tieOf(group, machine);
  }

  #tell(group: number, machine: number, sign: 1 | -1): void {
    for (const [other, machines] of this.looked.entries()) {
      const [sums, bad] = [this.#sums[other], this.#bad[other]];
      if (sums === undefined || bad === undefined) continue;
      this.relation(group, other)?.addTo(sums, bad, machines, machine, sign);
      this.steps += this.relation(group, other) === undefined ? 1 : machines.length;
    }
  }
}
