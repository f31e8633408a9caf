import type { Incumbent } from "./branch-and-bound.ts";
import { fill, improve } from "./construct.ts";
import type { Search, Time } from "./pace.ts";
import { compareSets, type Problem } from "./problem.ts";
import { makeRandom } from "./random.ts";
import { SearchState } from "./search-state.ts";
import type { ShortList } from "./short-list.ts";

/** The same question has the same answer. */
const seed = 29;

/** Takes some members of the best set away, lets others take their places, and keeps what is better, until time is over. */
export function* kick(problem: Problem, list: ShortList, known: Incumbent, time: Time): Search<Incumbent> {
  const looked = list.machines.map((machines, group) =>
    Int32Array.from(new Set([...machines, ...(known.chosen[group] ?? [])])).sort(),
  );
  const state = new SearchState(problem, looked);
  putIn(state, known);
  const random = makeRandom(seed);
  let best = known;
  while (!time.isOver) {
    shake(state, random);
    yield* fill(state);
    yield* improve(state, time);
    const { score, chosen } = state;
    if (compareSets(score, best.score) < 0) best = { score, chosen: chosen.map((members) => [...members]) };
    else putIn(state, best);
    if (state.isDue()) yield;
  }
  return best;
}

/** Makes the state the set: takes out what is not in it, puts in what is missing. */
function putIn(state: SearchState, { chosen }: Incumbent): void {
  for (const [group, members] of chosen.entries()) {
    const wanted = new Set(members);
    for (const machine of [...(state.chosen[group] ?? [])]) if (!wanted.has(machine)) state.remove(group, machine);
  }
  for (const [group, members] of chosen.entries())
    for (const machine of members) if (state.chosen[group]?.includes(machine) === false) state.add(group, machine);
}

/** Takes up to a third of a group out, and puts one in that nobody asked for. */
function shake(state: SearchState, random: (below: number) => number): void {
  const group = random(state.problem.groups.length);
  const members = state.chosen[group] ?? [];
  const leave = 1 + random(Math.max(1, Math.ceil(members.length / 3)));
  for (let left = 0; left < leave; left++) {
    const machine = members[random(members.length)];
    if (machine !== undefined) state.remove(group, machine);
  }
  const looked = state.looked[group] ?? new Int32Array();
  const stranger = looked[random(looked.length)];
  if (stranger !== undefined && state.taken[stranger] === 0) state.add(group, stranger);
}
