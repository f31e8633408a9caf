import type { AllocationView, MachineView, MatchRequest } from "../machine-view.ts";
import { match, type RankedMachine } from "../match.ts";
import type { PeerTerm } from "../peer-term.ts";
import { peerFault, placeOf } from "../peer-terms.ts";

/** Members that have no machine and go only where those of other groups of the question are. */
export interface SeatGroup {
  readonly name: string;
  readonly count: number;
  readonly member: AllocationView;
  /** What one of them asks beside those that are on these machines. */
  readonly request: (machines: readonly MachineView[]) => MatchRequest;
  /** Its terms about other groups of the question, by label, with the name of the group. */
  readonly mutual: ReadonlyMap<string, string>;
}

/** Looks at machines, about a microsecond each: a question of many members is answered for as many as this allows. */
const maxLooks = 20_000;
const maxSeeds = 16;

/**
 * A machine for the first member of the first group around which there is room for all others, where each waits for the
 * others: of the machines that are best for it the first such one. Members may share machines, as claims do. Undefined
 * where none was found.
 */
export function seatTogether(groups: readonly SeatGroup[], machines: readonly MachineView[]): MachineView | undefined {
  const [first] = groups;
  if (first === undefined) return undefined;
  const { ranking } = match(requestNow(first, machines), machines);
  const seeds = seedsOf(ranking, first, machines);
  const members = groups.reduce((sum, { count }) => sum + count, 0);
  const affordable = Math.floor(maxLooks / Math.max(1, machines.length * members));
  for (const seed of seeds.slice(0, Math.max(1, affordable))) {
    const limit = Math.max(1, Math.floor(maxLooks / Math.max(1, machines.length * groups.length)));
    if (hasRoom(groups, seed, { machines, limit })) return seed;
  }
  return undefined;
}

/** The best machine of each place: another one of the same place has the same neighbours. */
function seedsOf(
  ranking: readonly RankedMachine[],
  { request }: SeatGroup,
  machines: readonly MachineView[],
): readonly MachineView[] {
  const byName = new Map(machines.map((machine) => [machine.name, machine]));
  const terms = (request(machines).peers ?? []).filter(({ kind }) => kind === "affinity");
  const seen = new Set<string>();
  return ranking
    .flatMap(({ name }) => byName.get(name) ?? [])
    .filter((machine) => {
      const key = JSON.stringify(terms.map((term) => ("by" in term ? placeOf(machine, term.by) : machine.name)));
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    })
    .slice(0, maxSeeds);
}

interface Room {
  readonly machines: readonly MachineView[];
  /** Members of one group that are looked at, at most. */
  readonly limit: number;
}

interface Seated {
  readonly group: SeatGroup;
  readonly machine: MachineView;
}

/** Seats members one after another, and then looks whether nobody stands alone. */
function hasRoom(groups: readonly SeatGroup[], seed: MachineView, { machines, limit }: Room): boolean {
  const left = new Map(groups.map((group) => [group, Math.min(group.count, limit)]));
  let views = machines;
  const seated: Seated[] = [];
  const seat = (group: SeatGroup, { name }: MachineView): void => {
    const taken = { ...group.member, claimUid: `seat-${seated.length}` };
    views = views.map((one) => (one.name === name ? { ...one, allocations: [...one.allocations, taken] } : one));
    seated.push(...views.flatMap((machine) => (machine.name === name ? [{ group, machine }] : [])));
    left.set(group, (left.get(group) ?? 0) - 1);
  };
  const [first] = groups;
  if (first !== undefined) seat(first, seed);
  for (;;) {
    const open = groups.filter((group) => (left.get(group) ?? 0) > 0);
    // Where those are whom it needs: only if all wait for each other does one go ahead.
    const group = open.find((one) => hasNeeds(one, views)) ?? open[0];
    if (group === undefined) break;
    const { chosen } = match(withNeedy(requestNow(group, views), group, { seated, views }), views);
    if (chosen === undefined) return false;
    seat(group, chosen);
  }
  return seated.every((one) => unmet(one, views).length === 0);
}

function hasNeeds({ request, mutual }: SeatGroup, machines: readonly MachineView[]): boolean {
  return (request(machines).peers ?? []).every(({ label, peers }) => peers.length > 0 || !mutual.has(label));
}

/** A member that is the first beside one that needs it goes where that one is. */
function withNeedy(
  request: MatchRequest,
  { name }: SeatGroup,
  { seated, views }: { readonly seated: readonly Seated[]; readonly views: readonly MachineView[] },
): MatchRequest {
  for (const one of seated) {
    const term = unmet(one, views).find(({ label }) => one.group.mutual.get(label) === name);
    if (term === undefined || term.kind === "latency") continue;
    const needed: PeerTerm = { ...term, label: `needed by ${one.group.name}`, peers: [one.machine], of: 1 };
    return { ...request, peers: [...(request.peers ?? []), needed] };
  }
  return request;
}

/** Its terms about other groups that are not met where it is. */
function unmet({ group, machine }: Seated, machines: readonly MachineView[]): readonly PeerTerm[] {
  const terms = (group.request(machines).peers ?? []).filter(({ label }) => group.mutual.has(label));
  return terms.filter((term) => peerFault(term, machine) !== undefined);
}

/** Without what is asked of groups of which nobody is anywhere. */
function requestNow({ request, mutual }: SeatGroup, machines: readonly MachineView[]): MatchRequest {
  const whole = request(machines);
  const peers = (whole.peers ?? []).filter(({ label, peers: there }) => there.length > 0 || !mutual.has(label));
  return { ...whole, peers };
}
