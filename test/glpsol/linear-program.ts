import { makeProblem, type Problem } from "../../pkg/match/sets/problem.ts";
import { type Instance, readInstance } from "./instances.ts";

/**
 * A question as a mixed integer program, in CPLEX's LP format. x_G_M: machine M is in group G; y of two machines: both are
 * in, forced by counting that a member has a pair with each other member; z: the pair that counts as the closest.
 */
export function linearProgram(instance: Instance): string {
  const { machines, groups } = readInstance(instance);
  const problem = makeProblem(groups, machines);
  const program = new Program();
  addMembers(problem, program);
  for (const group of problem.groups.keys())
    for (const other of problem.groups.keys()) if (group <= other) addPairs(problem, group, other, program);
  addRules(instance, problem, program);
  return program.text();
}

const x = (group: number, machine: number): string => `x_${group}_${machine}`;

class Program {
  readonly #costs: string[] = [];
  readonly #rows: string[] = [];
  readonly #binaries = new Set<string>();
  readonly #shares = new Set<string>();

  cost(millionths: number, variable: string): void {
    if (millionths > 0) this.#costs.push(`+ ${millionths / 1e6} ${variable}`);
  }

  binary(variable: string): string {
    this.#binaries.add(variable);
    return variable;
  }

  share(variable: string): string {
    this.#shares.add(variable);
    return variable;
  }

  row(terms: readonly string[], relation: string): void {
    this.#rows.push(` r${this.#rows.length}: ${terms.join(" ")} ${relation}`);
  }

  text(): string {
    const bounds = [...this.#shares].map((share) => ` 0 <= ${share} <= 1`);
    return [
      "Minimize",
      ` penalty: ${this.#costs.join("\n  ")}`,
      "Subject To",
      ...this.#rows,
      "Bounds",
      ...bounds,
      "Binary",
      ...[...this.#binaries].map((name) => ` ${name}`),
      "End\n",
    ].join("\n");
  }
}

function addMembers({ groups, machines }: Problem, program: Program): void {
  for (const [group, { candidates, count, penalty }] of groups.entries()) {
    for (const machine of candidates) program.cost(penalty[machine] ?? 0, program.binary(x(group, machine)));
    program.row(
      [...candidates].map((machine) => `+ ${x(group, machine)}`),
      `= ${count}`,
    );
  }
  for (const machine of machines.keys()) {
    const wanted = [...groups.entries()].filter(([, { candidates }]) => candidates.includes(machine));
    if (wanted.length > 1)
      program.row(
        wanted.map(([group]) => `+ ${x(group, machine)}`),
        "<= 1",
      );
  }
}

/** A member of `group` has a pair with each member of `other`; pairs that will not do are none. */
function addPairs({ groups, relations }: Problem, group: number, other: number, program: Program): void {
  const relation = relations[group]?.[other];
  const [ours, theirs] = [groups[group], groups[other]];
  if (relation === undefined || ours === undefined || theirs === undefined) return;
  const pairs = new Map<string, string[]>();
  const count = (variable: string, pair: string): void => {
    pairs.set(variable, [...(pairs.get(variable) ?? []), pair]);
  };
  for (const left of ours.candidates) {
    for (const right of theirs.candidates) {
      const cost = relation.cost(left, right);
      if (left === right || (group === other && left > right) || cost === Number.POSITIVE_INFINITY) continue;
      const pair = program.share(`y_${group}_${left}_${other}_${right}`);
      program.cost(cost, pair);
      count(x(group, left), pair);
      count(x(other, right), pair);
    }
  }
  const members = [
    ...[...ours.candidates].map((machine) => [x(group, machine), theirs.count - (group === other ? 1 : 0)] as const),
    ...(group === other ? [] : [...theirs.candidates].map((machine) => [x(other, machine), ours.count] as const)),
  ];
  for (const [variable, partners] of members)
    program.row([...(pairs.get(variable) ?? []).map((pair) => `+ ${pair}`), `- ${partners} ${variable}`], "= 0");
}

/** Terms of the whole set, told once more from the question itself. */
function addRules(instance: Instance, problem: Problem, program: Program): void {
  const siteOf = (machine: number): string => instance.machines[machine]?.site ?? "";
  const sites = [...new Set(instance.machines.map(({ site }) => site))];
  const inSite = (group: number, site: string): number[] =>
    [...(problem.groups[group]?.candidates ?? [])].filter((machine) => siteOf(machine) === site);
  const sum = (group: number, site: string, sign = "+"): string[] =>
    inSite(group, site).map((machine) => `${sign} ${x(group, machine)}`);
  for (const [group, { count, perSite, maxSkew, terms }] of instance.groups.entries()) {
    const used = sites.filter((site) => inSite(group, site).length > 0);
    if (perSite !== undefined) for (const site of used) program.row(sum(group, site), `<= ${perSite}`);
    if (maxSkew !== undefined) addSkew({ group, count, maxSkew, used, sum, inSite }, problem, program);
    for (const term of terms) {
      const other = problem.groups.findIndex(({ name }) => name === term.to);
      if (term.kind === "affinity")
        for (const site of used)
          for (const machine of inSite(group, site))
            program.row([`+ ${x(group, machine)}`, ...sum(other, site, "-")], "<= 0");
      if (term.kind === "latency" && term.pairs === "Closest") addClosest(instance, problem, group, other, program);
    }
  }
}

interface Skew {
  readonly group: number;
  readonly count: number;
  readonly maxSkew: number;
  readonly used: readonly string[];
  readonly sum: (group: number, site: string, sign?: string) => string[];
  readonly inSite: (group: number, site: string) => readonly number[];
}

/** Sites differ by maxSkew at most, unless all machines of the smaller one are taken. */
function addSkew({ group, count, maxSkew, used, sum, inSite }: Skew, { groups }: Problem, program: Program): void {
  for (const [at, site] of used.entries()) {
    const full = program.binary(`f_${group}_${at}`);
    for (const machine of inSite(group, site)) {
      const takers = [...groups.entries()].filter(([, { candidates }]) => candidates.includes(machine));
      program.row([`+ ${full}`, ...takers.map(([taker]) => `- ${x(taker, machine)}`)], "<= 0");
    }
    for (const larger of used)
      if (larger !== site)
        program.row([...sum(group, larger), ...sum(group, site, "-"), `- ${count} ${full}`], `<= ${maxSkew}`);
  }
}

function addClosest(instance: Instance, { groups }: Problem, group: number, other: number, program: Program): void {
  const bounds = instance.groups[group]?.terms.flatMap((term) =>
    term.kind === "latency" && term.pairs === "Closest" ? [term.bounds] : [],
  )[0];
  const chosen: string[] = [];
  for (const left of groups[group]?.candidates ?? []) {
    for (const right of groups[other]?.candidates ?? []) {
      const [one, two] = [instance.machines[left], instance.machines[right]];
      if (left === right || one === undefined || two === undefined) continue;
      const ms = Math.hypot(one.x - two.x, one.y - two.y) + one.height + two.height;
      if (ms > (bounds?.max ?? Number.POSITIVE_INFINITY)) continue;
      const pair = program.binary(`z_${group}_${left}_${other}_${right}`);
      program.cost(Math.round(Math.max(0, ms - (bounds?.ideal?.max ?? ms)) * (bounds?.penalty ?? 1) * 1e6), pair);
      program.row([`+ ${pair}`, `- ${x(group, left)}`], "<= 0");
      program.row([`+ ${pair}`, `- ${x(other, right)}`], "<= 0");
      chosen.push(`+ ${pair}`);
    }
  }
  program.row(chosen, "= 1");
}
