import type { AllocationView, MachineView, MatchRequest } from "./machine-view.ts";
import { match, refusalOf } from "./match.ts";

/** A claim that holds room on a machine, as far as others may take it. */
export interface Occupant {
  readonly claimUid: string;
  readonly priority: number;
  /** Whose members may not all be away at once: identity of its component. */
  readonly group: string;
  /** It does work that would be missed. */
  readonly isAvailable: boolean;
}

export interface PreemptionInput {
  readonly request: MatchRequest;
  readonly machines: readonly MachineView[];
  readonly priority: number;
  /** By uid of the claim; one that is not here keeps its place. */
  readonly occupants: ReadonlyMap<string, Occupant>;
  /** How many more members of a group may be away, by group; absent: any number. */
  readonly budgets: ReadonlyMap<string, number>;
}

export interface Preemption {
  readonly machine: MachineView;
  /** Those that have to go, by name of the claim; each has a lower priority. */
  readonly victims: readonly Occupant[];
  /** How many of them go although their component may not miss them. */
  readonly overBudget: number;
}

/**
 * Which claims of lower priority have to go so that a request fits; undefined where it fits anyhow, or would not even
 * then. Of all machines the one whose most important victim is the least important, then whose victims' components can
 * best do without them, then with the fewest victims, then the first by name.
 */
export function planPreemption(input: PreemptionInput): Preemption | undefined {
  const { request, machines } = input;
  if (match(request, machines).chosen !== undefined) return undefined;
  const found = machines.flatMap((machine) => preemptionOn(machine, input) ?? []).sort(compare);
  return found.find((preemption) => isChosen(preemption, input));
}

function preemptionOn(machine: MachineView, input: PreemptionInput): Preemption | undefined {
  const { request, occupants, priority } = input;
  const evictable = machine.allocations.flatMap((allocation) => {
    const occupant = occupants.get(allocation.claimUid);
    return occupant === undefined || occupant.priority >= priority ? [] : [{ allocation, occupant }];
  });
  if (evictable.length === 0) return undefined;
  const gone = new Set(evictable.map(({ allocation }) => allocation));
  const fits = (): boolean =>
    refusalOf(request, { ...machine, allocations: machine.allocations.filter((one) => !gone.has(one)) }) === undefined;
  if (!fits()) return undefined;
  // Each is spared where the rest suffices, those first that would be missed most.
  for (const { allocation } of [...evictable].sort((left, right) => compareWorth(left, right, input))) {
    gone.delete(allocation);
    if (!fits()) gone.add(allocation);
  }
  const victims = evictable
    .filter(({ allocation }) => gone.has(allocation))
    .sort((left, right) => compareText(left.allocation.claimName, right.allocation.claimName))
    .map(({ occupant }) => occupant);
  return { machine, victims, overBudget: overBudget(victims, input) };
}

interface Evictable {
  readonly allocation: AllocationView;
  readonly occupant: Occupant;
}

/** The small ones among equals: sparing them costs the least room, so that few of the large ones have to go. */
function compareWorth(left: Evictable, right: Evictable, { budgets }: PreemptionInput): number {
  const isMissed = ({ occupant }: Evictable): number =>
    Number(occupant.isAvailable && (budgets.get(occupant.group) ?? 1) <= 0);
  const size = ({ allocation: { requests } }: Evictable, what: "cpuMillis" | "memoryBytes"): number =>
    requests[what] ?? 0;
  return (
    right.occupant.priority - left.occupant.priority ||
    isMissed(right) - isMissed(left) ||
    size(left, "cpuMillis") - size(right, "cpuMillis") ||
    size(left, "memoryBytes") - size(right, "memoryBytes") ||
    compareText(left.allocation.claimName, right.allocation.claimName)
  );
}

function overBudget(victims: readonly Occupant[], { budgets }: PreemptionInput): number {
  const missed = new Map<string, number>();
  for (const { group, isAvailable } of victims) if (isAvailable) missed.set(group, (missed.get(group) ?? 0) + 1);
  return [...missed].reduce(
    (sum, [group, count]) => sum + Math.max(0, count - (budgets.get(group) ?? Number.POSITIVE_INFINITY)),
    0,
  );
}

function compare(left: Preemption, right: Preemption): number {
  const worst = ({ victims }: Preemption): number => Math.max(...victims.map(({ priority }) => priority));
  return (
    worst(left) - worst(right) ||
    left.overBudget - right.overBudget ||
    left.victims.length - right.victims.length ||
    compareText(left.machine.name, right.machine.name)
  );
}

/** What depends on all machines, such as how members are spread, lets it be taken then. */
function isChosen({ machine, victims }: Preemption, { request, machines }: PreemptionInput): boolean {
  const gone = new Set(victims.map(({ claimUid }) => claimUid));
  const after = machines.map((one) =>
    one.uid === machine.uid
      ? { ...one, allocations: one.allocations.filter(({ claimUid }) => !gone.has(claimUid)) }
      : one,
  );
  return match(request, after).chosen?.uid === machine.uid;
}

function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
