import { type Claim, type Component, isDeleting, kinds, type ResourcePool, usingPool } from "../../api/index.ts";
import type { ControllerPorts } from "../../controller/index.ts";
import type { Fabric } from "../../fabric/index.ts";
import { findPackage, isReadySpare, isSpare, onlyFor } from "../../graph/index.ts";
import {
  type AllocationView,
  type MachineView,
  type MatchRequest,
  type MatchResult,
  match,
  type PackageNeed,
} from "../../match/index.ts";
import { hasJointTerms, jointTerms, lookAhead, whereaboutsOn } from "./joint-terms.ts";
import { heldMachines } from "./machine-quota.ts";
import { machineView } from "./machine-views.ts";
import { seatBesideOthers } from "./mutual-affinity.ts";
import { type RequestFault, requestOf } from "./request-plan.ts";

export interface SearchPorts extends Pick<ControllerPorts, "cache"> {
  readonly fabric: Pick<Fabric, "observe">;
}

export interface SearchInput {
  readonly claim: Claim;
  readonly component?: Component;
  /** The machine that it is bound to is still there, and not to be taken again. */
  readonly isBound: boolean;
  readonly nowAt: number;
  /** Machines that are not to be taken, each with the reason in words. */
  readonly avoid?: Readonly<Record<string, string>>;
  /** Bindings that are made and not seen yet, by machine. */
  readonly assumed?: ReadonlyMap<string, readonly AllocationView[]>;
}

/** The machines that were looked at, and which of them is best. */
export interface MachineSearch extends MatchResult {
  readonly machines: readonly MachineView[];
  /** The spare on the chosen machine whose place is to be taken over. */
  readonly spare?: Claim;
}

/**
 * Looks for the machine of a claim as things are now; reserves nothing. A member goes to a spare of its component that is
 * ready, else to any other machine, else to whatever spare there is: members come first.
 */
export function searchMachine(input: SearchInput, ports: SearchPorts): MachineSearch | RequestFault {
  const asked = askFor(input, ports);
  if ("reason" in asked) return asked;
  const { request: wanted, machines } = asked;
  const spares = sparesFor(input, ports);
  const ready = matchSpare(wanted, machines, spares.filter(isReadySpare));
  if (ready !== undefined) return ready;
  const found = { machines, ...matchWithOthers(input, wanted, machines, ports) };
  return found.chosen === undefined ? (matchSpare(wanted, machines, spares) ?? found) : found;
}

/** The best machine of those that are good for all members that have none; else the best one for this member. */
function matchWithOthers(
  input: SearchInput,
  request: MatchRequest,
  machines: readonly MachineView[],
  ports: SearchPorts,
): MatchResult {
  const { claim, component } = input;
  const together = component === undefined ? undefined : lookAhead({ claim, component }, request, machines, ports);
  const found = match(request, machines);
  const isAlone = found.chosen === undefined && found.refusals.some(({ reason }) => reason === "AffinityUnmet");
  if (isAlone && component !== undefined) {
    const wish = (one: Claim, of: Component) => wishOf({ ...input, claim: one, component: of }, ports);
    const seat = seatBesideOthers({ claim, component }, machines, { wish, ports });
    return seat === undefined ? found : { ...found, chosen: seat };
  }
  const ranking = found.ranking.filter(({ name }) => together?.has(name) !== false);
  const chosen = machines.find(({ name }) => name === ranking[0]?.name);
  return together === undefined || chosen === undefined ? found : { ...found, chosen, ranking };
}

/** Its packages that are not for every machine. */
function packagesFor({ claim, component }: SearchInput, ports: SearchPorts): readonly PackageNeed[] {
  const { namespace = "" } = claim.metadata;
  const find = findPackage(component, {
    software: (name) => ports.cache(kinds.Software).get({ namespace, name }),
    revision: (name) => ports.cache(kinds.ApplicationRevision).get({ namespace, name }),
  });
  return (component?.spec.software ?? []).flatMap((name) => {
    const software = find(name);
    const variants = software === undefined ? undefined : onlyFor(software);
    return variants === undefined ? [] : [{ name, variants }];
  });
}

/** What a claim asks of a machine, and the machines as they are now. */
export function askFor(
  input: SearchInput,
  ports: SearchPorts,
): { readonly request: MatchRequest; readonly machines: readonly MachineView[] } | RequestFault {
  const request = wishOf(input, ports);
  if ("reason" in request) return request;
  const machines = candidatesFor(input, ports);
  const { claim, component } = input;
  if (component === undefined || !hasJointTerms(component, ports)) return { request, machines };
  // A claim that is for one machine has all others as peers.
  const all = claim.spec.targetResourceName === undefined ? machines : everyMachine(input, ports);
  return { request: { ...request, peers: jointTerms({ claim, component }, whereaboutsOn(all), ports) }, machines };
}

function everyMachine({ assumed, ...input }: SearchInput, ports: SearchPorts): readonly MachineView[] {
  const { targetResourceName: _target, ...spec } = input.claim.spec;
  const claim = { ...input.claim, spec };
  return candidatesFor({ ...input, claim, ...(assumed && { assumed }) }, ports);
}

/** What a claim asks of a machine, wherever others are. */
export function wishOf(input: SearchInput, ports: SearchPorts): MatchRequest | RequestFault {
  const { claim, component, isBound, nowAt, avoid = {} } = input;
  const pools = ports.cache(kinds.ResourcePool).list();
  const request = requestOf({ claim, ...(component !== undefined && { component }), pools, isBound, nowAt });
  if ("reason" in request) return request;
  const heldOnly = heldMachines(input, ports);
  return {
    ...request,
    packages: packagesFor(input, ports),
    avoid: { ...request.avoid, ...avoid },
    ...(heldOnly !== undefined && { heldOnly }),
  };
}

/** Spares that the claim may take over; a spare takes over nothing. */
export function sparesFor({ claim, component }: SearchInput, ports: SearchPorts): readonly Claim[] {
  const { ordinal, targetResourceName } = claim.spec;
  if (component === undefined || component.spec.spares === 0) return [];
  if (ordinal === undefined || targetResourceName !== undefined) return [];
  const claims = ports.cache(kinds.Claim).ownedBy(component.metadata.uid ?? "");
  return claims.filter((one) => isSpare(one) && !isDeleting(one) && one.spec.resourceUid !== undefined);
}

/** The best machine of those that hold a spare, each seen as if the spare had left it. */
function matchSpare(
  request: MatchRequest,
  machines: readonly MachineView[],
  spares: readonly Claim[],
): MachineSearch | undefined {
  if (spares.length === 0) return undefined;
  const byMachine = new Map(spares.map((spare) => [spare.spec.resourceUid, spare]));
  const views = machines.map((machine) => {
    const spareUid = byMachine.get(machine.uid)?.metadata.uid;
    if (spareUid === undefined) return machine;
    return { ...machine, allocations: machine.allocations.filter(({ claimUid }) => claimUid !== spareUid) };
  });
  const others = machines.filter(({ uid }) => !byMachine.has(uid)).map(({ name }) => [name, "no spare is there"]);
  const found = match({ ...request, avoid: { ...Object.fromEntries(others), ...request.avoid } }, views);
  const spare = byMachine.get(found.chosen?.uid);
  return spare === undefined ? undefined : { machines, ...found, spare };
}

const none: readonly never[] = [];

/** All machines that there are, by name, or the one that the claim is for. */
function candidatesFor({ claim, assumed }: SearchInput, ports: SearchPorts): readonly MachineView[] {
  const resources = ports.cache(kinds.Resource);
  const { targetResourceName: target } = claim.spec;
  const named = target === undefined ? undefined : resources.get({ namespace: "", name: target });
  const found = target === undefined ? resources.list() : named === undefined ? none : [named];
  const pools = poolsByName(ports);
  return found.map((resource) => {
    const { uid = "" } = resource.metadata;
    const observation = ports.fabric.observe(uid);
    const pool = pools.get(usingPool(resource));
    return machineView({ resource, pool, observation, assumed: assumed?.get(uid) ?? none });
  });
}

export function poolsByName({ cache }: Pick<SearchPorts, "cache">): ReadonlyMap<string | undefined, ResourcePool> {
  return new Map(
    cache(kinds.ResourcePool)
      .list()
      .map((pool) => [pool.metadata.name, pool]),
  );
}
