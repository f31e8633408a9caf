import type { FoundSet, ResourceQueryStatus } from "../api/index.ts";
import { countRefusals, fromMicro, type GroupRequest, type SetResult, type Sets } from "../match/index.ts";
import { foundMachine } from "./explain.ts";

/** What is told of a search, explanations left aside. */
export function answerOf(groups: readonly GroupRequest[], result: SetResult, machines: number): ResourceQueryStatus {
  const sets = setsOf(groups, result);
  const penalty = fromMicro(result.penalty);
  const found = result.sets !== undefined;
  return {
    found,
    optimal: result.optimal,
    ...(found && { penalty }),
    message: found ? foundText(sets, penalty, result) : missingText(groups, result, machines),
    sets: found ? groups.map((group) => foundSet(group, sets)) : [],
  };
}

/** The machines of each group by its name; none where no set was found. */
export function setsOf(groups: readonly GroupRequest[], { sets }: SetResult): Sets {
  return new Map(sets?.map((members, at) => [groups[at]?.name ?? "", members]));
}

function foundSet(group: GroupRequest, sets: Sets): FoundSet {
  const resources = (sets.get(group.name) ?? []).map((machine) => foundMachine(group, sets, machine));
  const penalty = resources.reduce((sum, one) => sum + Math.round(one.penalty * 1e6), 0);
  return { group: group.name, penalty: fromMicro(penalty), resources };
}

function foundText(sets: Sets, penalty: number, { optimal }: SetResult): string {
  const count = [...sets.values()].flat().length;
  const how = optimal ? "the least there is" : "the least that was found in time";
  return `${count} ${count === 1 ? "machine" : "machines"}, penalty ${penalty}, ${how}`;
}

function missingText(groups: readonly GroupRequest[], { optimal, refusals }: SetResult, machines: number): string {
  if (machines === 0) return "there is no machine";
  const short = groups.flatMap(({ name, count }, at) => {
    const own = refusals[at] ?? [];
    const left = machines - own.length;
    if (left >= count) return [];
    const why = own.length === 0 ? "" : `: ${countRefusals(own)}`;
    return [`group ${name} wants ${count} of ${machines} machines, and ${left} will do${why}`];
  });
  if (short.length > 0) return short.join("; ");
  const labels = groups.flatMap(({ terms, request }) => [
    ...terms.map(({ label }) => label),
    ...request.spread.map(({ by }) => `spread by ${by}`),
  ]);
  const rules = labels.length === 0 ? "no machine may be in two groups" : [...new Set(labels)].join(", ");
  const sure = optimal ? "no set of them keeps" : "no set was found in time that keeps";
  return `each group has enough machines that will do by themselves, but ${sure} all rules: ${rules}`;
}
