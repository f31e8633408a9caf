/**
 * Components of which each goes only where members of the others are. One after another none of them would ever get a
 * machine: each would wait for the others. So the first member of one takes a machine around which there is room for all.
 */
import { type Claim, type Component, isDeleting, kinds } from "../../api/index.ts";
import type { ControllerPorts } from "../../controller/index.ts";
import { isBound, isSpare } from "../../graph/index.ts";
import { jointRules, type MachineView, type MatchRequest, type SeatGroup, seatTogether } from "../../match/index.ts";
import { placeOf } from "./assumptions.ts";
import { jointTerms, siblingOf, whereaboutsOn } from "./joint-terms.ts";
import { nobody } from "./nobody.ts";
import type { RequestFault } from "./request-plan.ts";

type Caches = Pick<ControllerPorts, "cache">;

interface Waiting {
  readonly claim: Claim;
  readonly component: Component;
}

interface SeatPorts {
  /** What a claim asks of a machine by itself. */
  readonly wish: (claim: Claim, component: Component) => MatchRequest | RequestFault;
  readonly ports: Caches;
}

/** A machine for a claim whose component and others wait for each other; undefined where they do not, or there is none. */
export function seatBesideOthers(
  { claim, component }: Waiting,
  machines: readonly MachineView[],
  { wish, ports }: SeatPorts,
): MachineView | undefined {
  const cluster = mutualWith(component, ports);
  if (cluster.length < 2) return undefined;
  const names = new Set(cluster.map(({ spec }) => spec.name));
  const placed = new Set(machines.flatMap(({ allocations }) => allocations.map(({ claimUid }) => claimUid)));
  const groups = cluster.flatMap((one): readonly SeatGroup[] => {
    const { waiting, count } = waitingOf(one, placed, ports);
    const member = one === component ? claim : (waiting ?? nobody(one));
    const request = wish(member, one);
    if ("reason" in request) return [];
    return [
      {
        name: one.spec.name,
        count: one === component ? Math.max(1, count) : count,
        member: placeOf(member, one),
        request: (views) => ({
          ...request,
          peers: jointTerms({ claim: member, component: one }, whereaboutsOn(views), ports),
        }),
        mutual: labelsTo(one, names),
      },
    ];
  });
  // One that cannot even be looked for has no place beside anybody.
  return groups.length < cluster.length ? undefined : seatTogether(groups, machines);
}

/** The component itself first, then those that it needs and that need it, directly or through others. */
function mutualWith(component: Component, ports: Caches): readonly Component[] {
  const isSame = (one: Component): boolean => one.metadata.uid === component.metadata.uid;
  const others = reachableFrom(component, ports).filter((one) => !isSame(one));
  return [component, ...others.filter((one) => reachableFrom(one, ports).some(isSame))];
}

function reachableFrom(component: Component, ports: Caches): readonly Component[] {
  const found = new Set<Component>([component]);
  for (const one of found)
    for (const name of neededBy(one)) {
      const other = siblingOf(one, name, ports);
      if (other !== undefined && !other.spec.suspend && !isDeleting(other)) found.add(other);
    }
  return [...found];
}

/** Components to which it has an affinity that is no mere wish. */
function neededBy({ spec }: Component): readonly string[] {
  return spec.resources.affinity.flatMap(({ to, penalty }) => (to === undefined || penalty !== undefined ? [] : [to]));
}

function labelsTo({ spec }: Component, names: ReadonlySet<string>): ReadonlyMap<string, string> {
  return new Map(
    jointRules(spec.resources).flatMap((rule) =>
      rule.kind === "affinity" && rule.penalty === undefined && rule.target.kind === "to" && names.has(rule.target.name)
        ? [[rule.label, rule.target.name] as const]
        : [],
    ),
  );
}

/** One that has no machine, and how many there are, those that are still to be made too. */
function waitingOf(
  { metadata, spec }: Component,
  placed: ReadonlySet<string>,
  { cache }: Caches,
): { readonly waiting: Claim | undefined; readonly count: number } {
  const members = cache(kinds.Claim)
    .ownedBy(metadata.uid ?? "")
    .filter((claim) => !isSpare(claim) && !isDeleting(claim));
  const waiting = members.filter((claim) => !isBound(claim) && !placed.has(claim.metadata.uid ?? ""));
  return { waiting: waiting[0], count: waiting.length + Math.max(0, spec.replicas - members.length) };
}
