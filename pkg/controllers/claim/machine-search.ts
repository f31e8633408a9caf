import { type Claim, type Component, kinds, type Resource } from "../../api/index.ts";
import type { ControllerPorts } from "../../controller/index.ts";
import type { Fabric } from "../../fabric/index.ts";
import { type AllocationView, type MachineView, type MatchResult, match } from "../../match/index.ts";
import { machineView } from "./machine-views.ts";
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
}

/** Looks for the machine of a claim as things are now; reserves nothing. */
export function searchMachine(input: SearchInput, ports: SearchPorts): MachineSearch | RequestFault {
  const { claim, component, isBound, nowAt, avoid = {} } = input;
  const pools = ports.cache(kinds.ResourcePool).list();
  const request = requestOf({ claim, ...(component !== undefined && { component }), pools, isBound, nowAt });
  if ("reason" in request) return request;
  const machines = viewsFor(input, ports);
  return { machines, ...match({ ...request, avoid: { ...request.avoid, ...avoid } }, machines) };
}

function viewsFor({ claim, assumed }: SearchInput, ports: SearchPorts): readonly MachineView[] {
  const resources = ports.cache(kinds.Resource);
  const pools = ports.cache(kinds.ResourcePool);
  const { targetResourceName: target } = claim.spec;
  const candidates: readonly (Resource | undefined)[] =
    target === undefined ? resources.list() : [resources.get({ namespace: "", name: target })];
  return candidates.flatMap((resource) => {
    if (resource === undefined) return [];
    const { uid = "" } = resource.metadata;
    const pool = pools.get({ namespace: "", name: resource.spec.poolName ?? "" });
    const facts = { resource, observation: ports.fabric.observe(uid), assumed: assumed?.get(uid) ?? [] };
    return [machineView({ ...facts, ...(pool !== undefined && { pool }) })];
  });
}
