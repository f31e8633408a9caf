import { type Claim, isDeleting, kinds, resolveCount } from "../../api/index.ts";
import { poolBrake } from "../../controller/index.ts";
import { isSpare } from "../../graph/index.ts";
import { componentIdentity, type MachineView, match, type Occupant, planPreemption } from "../../match/index.ts";
import { askFor, type SearchInput, type SearchPorts } from "./machine-search.ts";
import { componentOf, priorityOf } from "./priority.ts";

/** How a claim for which there is no room gets some. */
export type WayIn =
  /** The machine will do in a moment. */
  | { readonly kind: "await"; readonly machine: MachineView; readonly why: string }
  /** These have to leave the machine. */
  | { readonly kind: "preempt"; readonly machine: MachineView; readonly victims: readonly Claim[] };

/**
 * Looks for the machine on which a claim is more important than others; undefined where there is none. What is being
 * emptied anyhow is waited for: that is how a claim finds again what it had emptied.
 */
export function findWayIn(input: SearchInput, ports: SearchPorts): WayIn | undefined {
  const priority = priorityOf(input.component);
  const isAnybodyLower =
    priority > 0 ||
    ports
      .cache(kinds.Component)
      .list()
      .some((component) => priorityOf(component) < priority);
  if (!isAnybodyLower) return undefined;
  const asked = askFor(input, ports);
  if ("reason" in asked) return undefined;
  const { request } = asked;
  const isBraked = brakesOf(input, ports);
  const machines = asked.machines.filter(
    ({ pool = "" }) => (request.pools.length === 0 || request.pools.includes(pool)) && !isBraked(pool),
  );
  const occupants = new Map(machines.flatMap((machine) => occupantsOf(machine, ports)));
  const groups = new Map([...occupants.values()].map(({ group, claim }) => [group, claim]));
  const budgets = new Map([...groups].map(([group, claim]) => [group, budgetOf(claim, ports)]));
  const plan = planPreemption({ request, machines, priority, occupants, budgets });
  if (plan === undefined) return undefined;
  const fits = (change: (machine: MachineView) => MachineView) => match(request, machines.map(change)).chosen;
  const emptied = fits((machine) => whenEmptied(machine, ports));
  if (emptied !== undefined) return { kind: "await", machine: emptied, why: "is being emptied" };
  const coming = fits((machine) => (isComing(machine, input, ports) ? { ...machine, ready: true } : machine));
  if (coming !== undefined) return { kind: "await", machine: coming, why: "is about to answer" };
  const victims = plan.victims.flatMap(({ claimUid }) => occupants.get(claimUid)?.claim ?? []);
  return { kind: "preempt", machine: plan.machine, victims };
}

/** Whether so much of a pool is lost that nothing of it may be moved. */
function brakesOf({ nowAt }: SearchInput, ports: SearchPorts): (pool: string) => boolean {
  const known = new Map<string, boolean>();
  return (name) => {
    const pool = ports.cache(kinds.ResourcePool).get({ namespace: "", name });
    if (pool === undefined) return false;
    const resources = ports.cache(kinds.Resource).ownedBy(pool.metadata.uid ?? "");
    const observe = (uid: string) => ports.fabric.observe(uid);
    const isBraked = known.get(name) ?? poolBrake({ pool, resources, observe, nowAt }).braked;
    known.set(name, isBraked);
    return isBraked;
  };
}

interface OccupantClaim extends Occupant {
  readonly claim: Claim;
}

/** Those that are to stay where they are; who is leaving is not asked to. */
function occupantsOf(machine: MachineView, ports: SearchPorts): readonly (readonly [string, OccupantClaim])[] {
  return machine.allocations.flatMap(({ claimUid }) => {
    const claim = ports.cache(kinds.Claim).byUid(claimUid);
    if (claim === undefined || isDeleting(claim) || claim.spec.resourceUid !== machine.uid) return [];
    const { namespace, name = "" } = claim.metadata;
    const group = `${namespace}/${componentIdentity(claim.spec.componentName, name)}`;
    const priority = priorityOf(componentOf(claim, ports));
    const isAvailable = claim.status?.state === "Ready" && !isSpare(claim);
    return [[claimUid, { claimUid, priority, group, isAvailable, claim }] as const];
  });
}

/** How many more members of a claim's component may be away, as an update would have it. */
function budgetOf(claim: Claim, ports: SearchPorts): number {
  const component = componentOf(claim, ports);
  if (component === undefined) return 0;
  const members = ports
    .cache(kinds.Claim)
    .ownedBy(component.metadata.uid ?? "")
    .filter((one) => !isSpare(one));
  const limit = Math.max(1, resolveCount(component.spec.updateStrategy.maxUnavailable, members.length, "down"));
  return limit - members.filter(({ status }) => status?.state !== "Ready").length;
}

/** So long a machine that nothing is heard of may be about to answer, as all are when the server has just started. */
const comingMs = 30_000;

function isComing({ uid, ready }: MachineView, { nowAt }: SearchInput, ports: SearchPorts): boolean {
  const observation = ports.fabric.observe(uid);
  const isJudged = observation.state !== "connected" && (observation.verdict ?? "judging") !== "judging";
  return !ready && !isJudged && nowAt - observation.sinceAt < comingMs;
}

/** Without what is leaving it. */
function whenEmptied(machine: MachineView, ports: SearchPorts): MachineView {
  const isLeaving = (claimUid: string): boolean => {
    const claim = ports.cache(kinds.Claim).byUid(claimUid);
    return claim !== undefined && isDeleting(claim);
  };
  return {
    ...machine,
    residue: [],
    allocations: machine.allocations.filter(({ claimUid }) => !isLeaving(claimUid)),
  };
}
