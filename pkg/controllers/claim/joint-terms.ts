import { type Claim, type Component, isDeleting, kinds } from "../../api/index.ts";
import type { ControllerPorts } from "../../controller/index.ts";
import { isBound, isSpare } from "../../graph/index.ts";
import {
  findSet,
  type JointRule,
  jointRules,
  type MachineView,
  type MatchRequest,
  membersOn,
  type PeerTerm,
} from "../../match/index.ts";

type Caches = Pick<ControllerPorts, "cache">;

interface Placed {
  readonly claim: Claim;
  readonly component: Component;
}

/** Whether where others are has a say in where a component's members go. */
export function hasJointTerms(component: Component, ports: Caches): boolean {
  return jointRules(component.spec.resources).length > 0 || rulersOf(component, ports).length > 0;
}

/** Where members are. */
export interface Whereabouts {
  /** Machines with members of a component, one for each member, in the order of machines; a claim may be left aside. */
  members(namespace: string, component: string, exceptUid?: string): readonly MachineView[];
  named(name: string): MachineView | undefined;
}

export function whereaboutsOn(machines: readonly MachineView[]): Whereabouts {
  return {
    members: (namespace, component, exceptUid) => membersOn(machines, namespace, component, exceptUid),
    named: (name) => machines.find((machine) => machine.name === name),
  };
}

/**
 * What where others are asks of a claim's machine: by the rules of its own component, and by those of other components
 * of the application about it. Whichever of two is placed later has to keep to them.
 */
export function jointTerms({ claim, component }: Placed, where: Whereabouts, ports: Caches): readonly PeerTerm[] {
  const own = jointRules(component.spec.resources).map(({ target, ...rule }) => {
    if (target.kind === "resource") {
      const machine = where.named(target.name);
      return termOf(rule, machine === undefined ? [] : [machine]);
    }
    const other = target.kind === "within" ? component : siblingOf(component, target.name, ports);
    return termOf(rule, other === undefined ? [] : membersOf(other, claim, where));
  });
  const others = rulersOf(component, ports).flatMap((ruler) => {
    const peers = membersOf(ruler, claim, where);
    return jointRules(ruler.spec.resources).flatMap(({ target, ...rule }) =>
      // That one of them is beside each of theirs is theirs to see to.
      target.kind === "to" && target.name === component.spec.name && rule.kind !== "affinity" && peers.length > 0
        ? [termOf({ ...rule, label: `${rule.label} (asked by ${ruler.spec.name})` }, peers)]
        : [],
    );
  });
  return [...own, ...others];
}

type Rule = JointRule extends infer T ? (T extends JointRule ? Omit<T, "target"> : never) : never;

function termOf(rule: Rule, peers: readonly MachineView[]): PeerTerm {
  return { ...rule, peers, of: Math.max(1, peers.length) };
}

/** The machines of a component's members, the claim itself left aside. */
function membersOf({ metadata }: Component, claim: Claim, where: Whereabouts): readonly MachineView[] {
  const { namespace = "", name = "" } = metadata;
  return where.members(namespace, name, claim.metadata.uid);
}

/** The component that another one of its application calls so; without an application, the one of this name. */
export function siblingOf({ metadata, spec }: Component, name: string, { cache }: Caches): Component | undefined {
  const { namespace = "" } = metadata;
  const found = cache(kinds.Component).index(byOwnName)(ownName(namespace, spec.applicationName, name));
  return found[0];
}

/** Components of the application whose rules are about this one. */
function rulersOf({ metadata, spec }: Component, { cache }: Caches): readonly Component[] {
  const { namespace = "" } = metadata;
  return cache(kinds.Component).index(byTargets)(ownName(namespace, spec.applicationName, spec.name));
}

function byOwnName({ metadata, spec }: Component): readonly string[] {
  const name = spec.applicationName === undefined ? (metadata.name ?? "") : spec.name;
  return [ownName(metadata.namespace ?? "", spec.applicationName, name)];
}

function byTargets({ metadata, spec }: Component): readonly string[] {
  const { latency, affinity, antiAffinity } = spec.resources;
  const names = new Set([...latency, ...affinity, ...antiAffinity].flatMap(({ to }) => to ?? []));
  return [...names].map((name) => ownName(metadata.namespace ?? "", spec.applicationName, name));
}

function ownName(namespace: string, application: string | undefined, name: string): string {
  return `${namespace}/${application ?? ""}/${name}`;
}

/** Whether members are compared by where each other are: those that have no machine yet count too then. */
export function hasRulesWithin({ spec }: Component): boolean {
  return jointRules(spec.resources).some(({ target }) => target.kind === "within");
}

/** Pieces of work to look ahead: a few milliseconds each. */
const lookAheadPieces = 2;

/**
 * Machines that are good together for all members that have none yet; undefined where members do not care where each other
 * are, or there is no such set. The best machine for the first one alone may be one beside which there is no second.
 */
export function lookAhead(
  { claim, component }: Placed,
  request: MatchRequest,
  machines: readonly MachineView[],
  ports: Caches,
): ReadonlySet<string> | undefined {
  const rules = jointRules(component.spec.resources).filter(({ target }) => target.kind === "within");
  if (rules.length === 0) return undefined;
  const placed = new Set(machines.flatMap(({ allocations }) => allocations.map(({ claimUid }) => claimUid)));
  const waiting = ports
    .cache(kinds.Claim)
    .ownedBy(component.metadata.uid ?? "")
    .filter((one) => !isBound(one) && !isSpare(one) && !isDeleting(one) && !placed.has(one.metadata.uid ?? ""));
  const count = new Set([...waiting.map(({ metadata }) => metadata.uid), claim.metadata.uid]).size;
  if (count === 1) return undefined;
  // One mean over those that are there and those that come.
  const of = count - 1 + membersOf(component, claim, whereaboutsOn(machines)).length;
  const labels = new Set(rules.map(({ label }) => label));
  const peers = request.peers?.map((peer) => (labels.has(peer.label) ? { ...peer, of } : peer)) ?? [];
  const { name } = component.spec;
  const terms = rules.map(({ target: _target, ...rule }) => ({ ...rule, to: name, of }));
  const { sets } = findSet([{ name, count, request: { ...request, peers }, terms }], machines, lookAheadPieces);
  return sets === undefined ? undefined : new Set(sets.flatMap((set) => set.map(({ name }) => name)));
}
