import type { MachineView } from "../machine-view.ts";
import type { Refusal } from "../refusal.ts";
import { branchAndBound, type Incumbent } from "./branch-and-bound.ts";
import { fill, improve } from "./construct.ts";
import type { GroupRequest } from "./group-request.ts";
import { kick } from "./kick.ts";
import { newPace, type Pace, runPieces, type Search, timeUntil } from "./pace.ts";
import { compareSets, makeProblem, type Problem } from "./problem.ts";
import { SearchState } from "./search-state.ts";
import { type ShortList, shortList, shortLists } from "./short-list.ts";

export interface SetResult {
  /** The machines of each group, by name; undefined where none were found. */
  readonly sets: readonly (readonly MachineView[])[] | undefined;
  /** Millionths. */
  readonly penalty: number;
  /** Nothing of smaller penalty exists; where nothing was found: nothing exists. */
  readonly optimal: boolean;
  /** Machines that will do for no set, by group. */
  readonly refusals: readonly (readonly Refusal[])[];
}

/** Of the time for better sets: until then the first ones are mended, and until then it is looked whether there are better. */
const mendUntil = 0.3;
const proveUntil = 0.6;

/** Finds machines for groups at once; after so many pieces of work it makes do with what it has. */
export function findSet(
  requests: readonly GroupRequest[],
  machines: readonly MachineView[],
  pieces: number,
): SetResult {
  const pace = newPace();
  return runPieces(searchSet(requests, machines, pace), pace, pieces);
}

/** Finds machines for groups, piece by piece: the set of least penalty, or the best that was found in time. */
export function* searchSet(
  requests: readonly GroupRequest[],
  machines: readonly MachineView[],
  pace: Pace,
): Search<SetResult> {
  const problem = makeProblem(requests, machines);
  const refusals = problem.groups.map((group) => group.refusals);
  yield;
  const nothing = { sets: undefined, penalty: 0, optimal: true, refusals };
  if (!hasEnough(problem)) return nothing;
  const begun = yield* begin(problem, pace);
  const known = begun.best.score.faults === 0 ? begun.best : undefined;
  const { best, isComplete, bound } = yield* branchAndBound(problem, known, timeUntil(pace, proveUntil));
  const isBest = (set: Incumbent | undefined): boolean =>
    set === undefined ? isComplete : isComplete || set.score.penalty <= bound;
  if (isBest(best)) return best === undefined ? nothing : { ...shown(problem, best), optimal: true, refusals };
  const kicked = yield* kick(problem, begun.list, best ?? begun.best, timeUntil(pace, 1));
  if (kicked.score.faults > 0) return { ...nothing, optimal: false };
  return { ...shown(problem, kicked), optimal: isBest(kicked), refusals };
}

/** Whether there are enough machines for the groups, each by itself and all together. */
function hasEnough({ groups, machines }: Problem): boolean {
  const wanted = groups.reduce((sum, { count }) => sum + count, 0);
  const willDo = new Uint8Array(machines.length);
  for (const { candidates } of groups) for (const machine of candidates) willDo[machine] = 1;
  const all = willDo.reduce((sum, one) => sum + one, 0);
  return all >= wanted && groups.every(({ count, candidates }) => candidates.length >= count);
}

function shown({ machines }: Problem, { chosen, score }: Incumbent): Pick<SetResult, "sets" | "penalty"> {
  const sets = chosen.map((members) =>
    [...members].sort((left, right) => left - right).flatMap((index) => machines[index] ?? []),
  );
  return { sets, penalty: score.penalty };
}

interface Beginning {
  readonly best: Incumbent;
  readonly list: ShortList;
}

/** Grows a set around each of a few machines, mends it, and keeps the best. */
function* begin(problem: Problem, pace: Pace): Search<Beginning> {
  let best: Beginning | undefined;
  for (const list of shortLists(problem)) {
    const grown = yield* grow(problem, list, pace);
    if (best === undefined || compareSets(grown.score, best.best.score) < 0) best = { best: grown, list };
    if (pace.spent >= mendUntil) break;
  }
  if (best !== undefined && best.best.score.faults === 0) return yield* recentre(problem, best, pace);
  // The lists may lack what only a whole set needs.
  const everything = {
    seed: { group: 0, machine: problem.groups[0]?.candidates[0] ?? 0 },
    machines: problem.groups.map(({ candidates }) => candidates),
  };
  const grown = yield* grow(problem, everything, pace);
  pace.hasSet = true;
  return best === undefined || compareSets(grown.score, best.best.score) < 0 ? { best: grown, list: everything } : best;
}

/** Grows the set once more around its middle, which its seed need not be, as long as that helps. */
function* recentre(problem: Problem, begun: Beginning, pace: Pace): Search<Beginning> {
  let best = begun;
  while (pace.spent < mendUntil) {
    const { group } = best.list.seed;
    const machine = middleOf(problem, group, best.best.chosen[group] ?? []);
    if (machine === undefined || machine === best.list.seed.machine) return best;
    const list = shortList(problem, { group, machine });
    const grown = yield* grow(problem, list, pace);
    if (compareSets(grown.score, best.best.score) >= 0) return best;
    best = { best: grown, list };
  }
  return best;
}

/** The member that costs least beside all others; undefined where members have nothing to do with each other. */
function middleOf({ relations }: Problem, group: number, members: readonly number[]): number | undefined {
  const relation = relations[group]?.[group];
  if (relation === undefined) return undefined;
  const costs = members.map((one) => ({
    one,
    cost: members.reduce((sum, other) => (other === one ? sum : sum + relation.cost(one, other)), 0),
  }));
  return costs.sort((left, right) => left.cost - right.cost || left.one - right.one)[0]?.one;
}

function* grow(problem: Problem, { seed, machines }: ShortList, pace: Pace): Search<Incumbent> {
  const state = new SearchState(problem, machines);
  state.add(seed.group, seed.machine);
  yield* fill(state);
  if (state.score.faults === 0) pace.hasSet = true;
  yield* improve(state, timeUntil(pace, mendUntil));
  if (state.score.faults === 0) pace.hasSet = true;
  const { score, chosen } = state;
  return { score, chosen: chosen.map((members) => [...members]) };
}
