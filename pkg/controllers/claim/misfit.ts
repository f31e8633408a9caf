import { type Claim, type Component, kinds, type Resource, usingPool } from "../../api/index.ts";
import type { ControllerPorts } from "../../controller/index.ts";
import type { HostObservation } from "../../fabric/index.ts";
import { contentHash, isBound } from "../../graph/index.ts";
import { misfitOf } from "../../match/index.ts";
import { machineView } from "./machine-views.ts";
import { requestOf } from "./request-plan.ts";

/** What a member's machine is to be by what its component asks for now. */
export interface Fitness {
  /** Tells what is asked for from what was asked for before. */
  readonly asked: string;
  /** Why its machine is none of those any more. */
  readonly misfit?: string;
}

export interface FitnessInput {
  readonly claim: Claim;
  readonly component: Component;
  readonly resource: Resource;
  readonly observation: HostObservation;
  readonly nowAt: number;
}

/**
 * Whether what is asked for has changed, and the machine does not meet it: nobody is moved because a machine has
 * changed, whose load goes up and down with what it does.
 */
export function fitnessOf(input: FitnessInput, ports: Pick<ControllerPorts, "cache">): Fitness {
  const { claim, component } = input;
  const asked = hashOf(component);
  const { askedFor = asked, epoch } = claim.status ?? {};
  // One that is tied to its machine goes nowhere; one that was bound just now was so by what is asked for now.
  const isSettled = askedFor === asked || epoch !== claim.spec.epoch || claim.spec.targetResourceName !== undefined;
  const misfit = isSettled || !isBound(claim) ? undefined : misfitText(input, ports);
  return { asked, ...(misfit !== undefined && { misfit }) };
}

/** Of each Component once: all its members ask. */
const hashes = new WeakMap<Component, string>();

function hashOf(component: Component): string {
  const known = hashes.get(component);
  if (known !== undefined) return known;
  const { pool, pools, selector, attributes } = component.spec.resources;
  const bounds = attributes.map(({ name, min, max, in: values, version }) => ({
    ...{ name, min, max, in: values },
    ...(version !== undefined && { version }),
  }));
  const hash = contentHash({ pool, pools, selector, bounds });
  hashes.set(component, hash);
  return hash;
}

function misfitText(
  { claim, component, resource, observation, nowAt }: FitnessInput,
  ports: Pick<ControllerPorts, "cache">,
): string | undefined {
  const pools = ports.cache(kinds.ResourcePool).list();
  const request = requestOf({ claim, component, pools, isBound: true, nowAt });
  if ("reason" in request) return request.message;
  const pool = pools.find(({ metadata }) => metadata.name === usingPool(resource));
  const view = machineView({ resource, observation, assumed: [], ...(pool !== undefined && { pool }) });
  const fault = misfitOf(request, view);
  return fault && (fault.detail ?? fault.message);
}
