import { invalidValue, type QueryGroup, type ResourcePool, type ResourceQuery } from "../api/index.ts";
import {
  type GroupRequest,
  type GroupTerm,
  type JointRule,
  jointRules,
  type MachineView,
  membersOn,
  ownWishes,
  type PeerTerm,
  type PoolFault,
  wantedPools,
} from "../match/index.ts";
import type { StatusCause } from "../status/index.ts";

export interface QueryWorld {
  readonly namespace: string;
  readonly machines: readonly MachineView[];
  readonly pools: readonly ResourcePool[];
  readonly hasComponent: (name: string) => boolean;
}

/** What a query asks of the matcher; or why nothing can be looked for. */
export type QueryRequests =
  | { readonly kind: "requests"; readonly groups: readonly GroupRequest[] }
  | { readonly kind: "fault"; readonly fault: PoolFault }
  | { readonly kind: "invalid"; readonly causes: readonly StatusCause[] };

export function groupRequests({ spec }: ResourceQuery, world: QueryWorld): QueryRequests {
  const causes = spec.groups.flatMap((group, at) => targetFaults(`spec.groups[${at}].resources`, group, spec, world));
  if (causes.length > 0) return { kind: "invalid", causes };
  const groups: GroupRequest[] = [];
  for (const group of spec.groups) {
    const found = wantedPools(group.resources, world.pools);
    if ("reason" in found) return { kind: "fault", fault: found };
    groups.push(groupRequest(group, spec, found.pools, world));
  }
  return { kind: "requests", groups };
}

function groupRequest(
  { name, count, resources }: QueryGroup,
  spec: ResourceQuery["spec"],
  pools: readonly string[],
  world: QueryWorld,
): GroupRequest {
  const terms: GroupTerm[] = [];
  const peers: PeerTerm[] = [];
  for (const { target, ...rule } of jointRules(resources)) {
    const other = target.kind === "to" ? spec.groups.find((one) => one.name === target.name) : undefined;
    if (target.kind === "within") terms.push({ ...rule, to: name, of: Math.max(1, count - 1) });
    else if (other !== undefined) terms.push({ ...rule, to: other.name, of: other.count });
    else peers.push(peerTerm(rule, target.name, target.kind, world));
  }
  return {
    name,
    count,
    terms,
    request: {
      ...ownWishes(resources),
      namespace: world.namespace,
      // No component has such a name: nobody is there yet.
      component: `query/${name}`,
      pools,
      peers,
      ports: [],
      avoid: {},
    },
  };
}

type Rule = JointRule extends infer T ? (T extends JointRule ? Omit<T, "target"> : never) : never;

function peerTerm(rule: Rule, name: string, kind: "to" | "resource", { machines, namespace }: QueryWorld): PeerTerm {
  const peers =
    kind === "to" ? membersOn(machines, namespace, name) : machines.filter((machine) => machine.name === name);
  return { ...rule, peers, of: Math.max(1, peers.length) };
}

/** Whom a rule names and who is not there: the answer would be one to another question. */
function targetFaults(
  field: string,
  { resources }: QueryGroup,
  { groups }: ResourceQuery["spec"],
  { machines, hasComponent }: QueryWorld,
): readonly StatusCause[] {
  const isKnown = (name: string): boolean => groups.some((group) => group.name === name) || hasComponent(name);
  const noPlace = "is neither a group of the query nor a Component of the namespace";
  const toFault = (at: string, to: string | undefined) =>
    to === undefined || isKnown(to) ? [] : [invalidValue(`${at}.to`, to, noPlace)];
  return [
    ...resources.latency.flatMap(({ to, resource }, at) => [
      ...toFault(`${field}.latency[${at}]`, to),
      ...(resource === undefined || machines.some(({ name }) => name === resource)
        ? []
        : [invalidValue(`${field}.latency[${at}].resource`, resource, "is no Resource")]),
    ]),
    ...resources.affinity.flatMap(({ to }, at) => toFault(`${field}.affinity[${at}]`, to)),
    ...resources.antiAffinity.flatMap(({ to }, at) => toFault(`${field}.antiAffinity[${at}]`, to)),
  ];
}
