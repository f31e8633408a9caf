import type { Search, Time } from "./pace.ts";
import { compareSets, missingFrom, type SetScore } from "./problem.ts";
import type { SearchState } from "./search-state.ts";
import type { Chosen } from "./set-rules.ts";

/** Fills every group, one machine after another, each the cheapest beside those that are in already. */
export function* fill(state: SearchState): Search<void> {
  for (let group = nextGroup(state); group !== undefined; group = nextGroup(state)) {
    const machine = growWith(state, group);
    if (machine === undefined) return;
    state.add(group, machine);
    state.steps += state.looked[group]?.length ?? 0;
    if (state.isDue()) yield;
  }
}

/** The group of which the smallest share is there, so that groups that belong together grow together. */
function nextGroup({ problem, chosen }: SearchState): number | undefined {
  let next: number | undefined;
  let least = 1;
  for (const [group, { count }] of problem.groups.entries()) {
    const share = (chosen[group]?.length ?? 0) / count;
    if (share < least) [next, least] = [group, share];
  }
  return next;
}

/** The machine to grow a group with; one that breaks a rule only where all do. */
function growWith(state: SearchState, group: number): number | undefined {
  const { problem, chosen } = state;
  const rules = problem.rules.flatMap((rule) => rule.narrow(chosen, group) ?? []);
  const keeps = (machine: number): boolean => rules.every((rule) => rule(machine));
  return cheapestOf(state, group, keeps) ?? cheapestOf(state, group, () => true);
}

function cheapestOf(state: SearchState, group: number, may: (machine: number) => boolean): number | undefined {
  let best: number | undefined;
  for (const machine of state.looked[group] ?? []) {
    if (state.taken[machine] === 1) continue;
    if ((best === undefined || isCheaper(state, group, machine, best)) && may(machine)) best = machine;
  }
  return best;
}

function isCheaper(state: SearchState, group: number, machine: number, than: number): boolean {
  const faults = state.faultsOf(group, machine) - state.faultsOf(group, than);
  if (faults !== 0) return faults < 0;
  const cost = state.costOf(group, machine) - state.costOf(group, than);
  return cost < 0 || (cost === 0 && state.tieOf(group, machine) < state.tieOf(group, than));
}

/** Replaces members by better machines, and exchanges them between groups, until nothing of that helps. */
export function* improve(state: SearchState, time: Time): Search<void> {
  for (let hasHelped = true; hasHelped; ) {
    hasHelped = (yield* replaceAll(state, time)) || (yield* exchangeAll(state, time));
  }
}

function* replaceAll(state: SearchState, time: Time): Search<boolean> {
  let hasHelped = false;
  for (const { group, left } of placesOf(state)) {
    if (time.isOver) return false;
    hasHelped = replace(state, group, left) || hasHelped;
    if (state.isDue()) yield;
  }
  return hasHelped;
}

interface Place {
  readonly group: number;
  /** The machine that may leave it. */
  readonly left: number;
}

function placesOf({ chosen }: SearchState): readonly Place[] {
  return chosen.flatMap((members, group) => members.map((left) => ({ group, left })));
}

/** Takes the best machine in place of a member; false: that is the member itself. */
function replace(state: SearchState, group: number, member: number): boolean {
  const better = bestReplacement(state, group, member);
  if (better === member) return false;
  state.remove(group, member);
  state.add(group, better);
  return true;
}

function bestReplacement(state: SearchState, group: number, member: number): number {
  const others = (state.chosen[group] ?? []).filter((one) => one !== member);
  const staying = scoreWithout(state, group, member);
  let best: { readonly machine: number; readonly score: SetScore } = { machine: member, score: state.score };
  for (const machine of state.looked[group] ?? []) {
    if (state.taken[machine] === 1) continue;
    const score = scoreInstead(state, { group, left: member }, machine, staying, best.score);
    if (score === undefined) continue;
    const full = withRules(state, group, [...others, machine], score);
    if (compareSets(full, best.score) < 0) best = { machine, score: full };
  }
  state.steps += state.looked[group]?.length ?? 0;
  return best.machine;
}

/** The score with a machine in a member's place, rules aside; undefined where it is no better than the best. */
function scoreInstead(
  state: SearchState,
  { group, left }: Place,
  machine: number,
  staying: SetScore,
  best: SetScore,
): SetScore | undefined {
  // What it costs beside the member does not count: that one would leave.
  const pair = state.relation(group, group)?.cost(left, machine) ?? 0;
  const isRefused = pair === Number.POSITIVE_INFINITY;
  const faults = staying.faults + state.faultsOf(group, machine) - (isRefused ? 1 : 0);
  if (faults > best.faults) return undefined;
  const penalty = staying.penalty + state.costOf(group, machine) - (isRefused ? 0 : pair);
  if (faults === best.faults && penalty > best.penalty) return undefined;
  const score = { faults, penalty, tie: staying.tie + state.tieOf(group, machine) };
  // Rules only add to a score.
  return compareSets(score, best) < 0 ? score : undefined;
}

/** The score of what is left when a member leaves, rules aside. */
function scoreWithout(state: SearchState, group: number, member: number): SetScore {
  const { faults, penalty, tie } = state.pairScore;
  return {
    faults: faults - state.faultsOf(group, member) + missingFrom(state.problem, state.chosen),
    penalty: penalty - state.costOf(group, member),
    tie: tie - state.tieOf(group, member),
  };
}

function withRules(state: SearchState, group: number, members: readonly number[], score: SetScore): SetScore {
  const { rules } = state.problem;
  if (rules.length === 0) return score;
  const whole: Chosen = state.chosen.map((one, at) => (at === group ? members : one));
  state.steps += rules.length * whole.reduce((sum, one) => sum + one.length, 0);
  let { faults, penalty } = score;
  for (const rule of rules) {
    const judgement = rule.judge(whole);
    faults += judgement.faults;
    penalty += judgement.penalty;
  }
  return { faults, penalty, tie: score.tie };
}

/** Lets members of different groups change places where that helps. */
function* exchangeAll(state: SearchState, time: Time): Search<boolean> {
  const mayBe = state.looked.map((machines) => new Set(machines));
  let hasHelped = false;
  for (const one of placesOf(state)) {
    if (time.isOver) return false;
    if (state.chosen[one.group]?.includes(one.left) === true && exchangeOne(state, one, mayBe)) hasHelped = true;
    if (state.isDue()) yield;
  }
  return hasHelped;
}

function exchangeOne(state: SearchState, one: Place, mayBe: readonly ReadonlySet<number>[]): boolean {
  for (let group = one.group + 1; group < state.chosen.length; group++) {
    const members = state.chosen[group] ?? [];
    if (mayBe[group]?.has(one.left) !== true) continue;
    state.steps += members.length * 5;
    for (const left of members)
      if (mayBe[one.group]?.has(left) === true && exchange(state, one, { group, left })) return true;
  }
  return false;
}

/** Lets two members of two groups change places; takes it back where that does not help. */
function exchange(state: SearchState, one: Place, other: Place): boolean {
  if (!promises(state, one, other)) return false;
  const before = state.score;
  state.remove(one.group, one.left);
  state.remove(other.group, other.left);
  state.add(one.group, other.left);
  state.add(other.group, one.left);
  if (compareSets(state.score, before) < 0) return true;
  state.remove(one.group, other.left);
  state.remove(other.group, one.left);
  state.add(one.group, one.left);
  state.add(other.group, other.left);
  return false;
}

/** Whether an exchange helps as far as pairs are concerned. */
function promises(state: SearchState, one: Place, other: Place): boolean {
  const faults =
    state.faultsOf(one.group, other.left) +
    state.faultsOf(other.group, one.left) -
    state.faultsOf(one.group, one.left) -
    state.faultsOf(other.group, other.left);
  const costBetween = (group: number, beside: number): number =>
    state.relation(group, beside)?.cost(one.left, other.left) ?? 0;
  const within = costBetween(one.group, one.group) + costBetween(other.group, other.group);
  const between = costBetween(one.group, other.group);
  // Where the two must not be together the sums do not hold the pair.
  if (!Number.isFinite(within + between)) return state.pairScore.faults > 0;
  const penalty =
    state.costOf(one.group, other.left) +
    state.costOf(other.group, one.left) -
    state.costOf(one.group, one.left) -
    state.costOf(other.group, other.left) -
    within +
    2 * between;
  return faults < 0 || (faults === 0 && (penalty < 0 || (penalty === 0 && state.problem.rules.length > 0)));
}
