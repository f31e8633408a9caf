import type { Claim, Component, ResourcePool } from "../../api/index.ts";
import { parseTimestamp } from "../../clock/index.ts";
import {
  capacityOf,
  componentIdentity,
  type MatchRequest,
  type OwnWishes,
  ownWishes,
  type PoolFault,
  wantedPools,
} from "../../match/index.ts";

/** Why no machine can even be looked for. */
export type RequestFault = PoolFault;

export interface RequestInput {
  readonly claim: Claim;
  readonly component?: Component;
  readonly pools: readonly ResourcePool[];
  /** The machine that it is bound to is still there, and not to be taken again. */
  readonly isBound: boolean;
  readonly nowAt: number;
}

/** So long a machine is not taken again for a member that failed on it. */
const avoidMs = 600_000;

/** What a claim asks of a machine, as its component says it. */
export function requestOf(input: RequestInput): MatchRequest | RequestFault {
  const { claim, component, pools } = input;
  const { spec } = claim;
  if (spec.componentName !== undefined && component === undefined) {
    return { reason: "ReferenceNotFound", message: `Component ${spec.componentName} is not there` };
  }
  const wanted = component?.spec.resources;
  // One that is for a machine takes it whichever pool it is in.
  const found = spec.targetResourceName === undefined ? wantedPools(wanted ?? {}, pools) : { pools: [] };
  if ("reason" in found) return found;
  return {
    ...(wanted === undefined ? noWishes : ownWishes(wanted)),
    namespace: claim.metadata.namespace ?? "",
    component: componentIdentity(spec.componentName, claim.metadata.name ?? ""),
    pools: found.pools,
    requests: capacityOf(spec.requests ?? wanted?.requests),
    ports: spec.ports,
    avoid: avoided(input),
  };
}

/** Of a bare process. */
const noWishes: OwnWishes = {
  attributes: [],
  spread: [],
  tolerations: [],
  requests: {},
  perMachine: 1,
  dedicated: false,
};

/** The machine that it is on, and those that it was taken from because it failed there. */
function avoided({ claim: { spec, status }, isBound, nowAt }: RequestInput): Readonly<Record<string, string>> {
  const left = (status?.replacements ?? [])
    .filter(({ reason, at }) => isMachineFault(reason) && nowAt - (parseTimestamp(at) ?? 0) < avoidMs)
    .map(({ from, reason }) => [from, reason] as const);
  const here = !isBound || spec.resourceName === undefined ? [] : [[spec.resourceName, "it is there now"] as const];
  return Object.fromEntries([...left, ...here]);
}

function isMachineFault(reason: string): boolean {
  return reason === "InstallFailed" || reason === "CrashLoop" || reason === "Pressure";
}
