import {
  type Claim,
  type Component,
  controllerOf,
  kinds,
  labels,
  type Phase,
  type Process,
  type Resource,
  type Software,
} from "../../api/index.ts";
import { type ControllerPorts, processesUnder } from "../../controller/index.ts";
import type { Fabric, HostObservation } from "../../fabric/index.ts";
import { findPackage } from "../../graph/index.ts";
import type { HookCaller } from "../../hooks/index.ts";
import { type Fitness, fitnessOf } from "./misfit.ts";

/** Leases of claims whose components have fencing. */
export interface ClaimLeases {
  /** Until when its processes may still run where it is bound; undefined: they do not, or need no lease. */
  held(claim: Claim): { readonly waitMs: number; readonly untilAt: number } | undefined;
  /** Until when the ordinal may still be held by another; undefined: it is not. */
  awaited(claim: Claim): { readonly untilAt: number } | undefined;
  /** What has a machine stopped for certain; undefined: nobody has that power over it. */
  fence(resource: Resource): (() => Promise<void>) | undefined;
}

/** Where nobody holds any. */
export const noLeases: ClaimLeases = { held: () => undefined, awaited: () => undefined, fence: () => undefined };

export interface ClaimPorts extends ControllerPorts {
  readonly leases: ClaimLeases;
  /** Bindings with a lower epoch are from before a restore. Default 0. */
  readonly epochFloor?: number;
  readonly fabric: Pick<Fabric, "observe" | "subscribe">;
  readonly hooks: Pick<HookCaller, "ask" | "answer" | "forget" | "onAnswer">;
  /** Seconds from a failure to the member being ready on another machine. */
  readonly recoverySeconds: { observe(seconds: number): void };
}

/** What is known of one claim, of all that it depends on, at one instant. */
export interface ClaimWorld {
  readonly claim: Claim;
  /** Absent for the claim of a bare process, and where it is gone. */
  readonly component?: Component;
  /** Those of its packages that are there. */
  readonly software: readonly Software[];
  readonly phases: readonly Phase[];
  /** Processes under this very claim. */
  readonly processes: readonly Process[];
  /** The machine that it is bound to; absent where it is not bound, or the machine is no more. */
  readonly resource?: Resource;
  readonly observation?: HostObservation;
  /** Absent where it is not bound. */
  readonly fitness?: Fitness;
  /** Wall clock: until then another may hold its ordinal, and its processes wait. */
  readonly awaitedUntil?: number;
  /** Bindings with a lower epoch are from before a restore. Default 0: there was none. */
  readonly epochFloor?: number;
  readonly nowAt: number;
}

export function observe(claim: Claim, ports: ClaimPorts): ClaimWorld {
  const { namespace = "" } = claim.metadata;
  const component = componentOf(claim, ports);
  const resource = ports.cache(kinds.Resource).byUid(claim.spec.resourceUid ?? "");
  const application = component?.spec.applicationName;
  const nowAt = ports.clock.now();
  const observation = resource && ports.fabric.observe(resource.metadata.uid ?? "");
  const awaited = component?.spec.fencing === undefined ? undefined : ports.leases.awaited(claim);
  return {
    claim,
    ...(component !== undefined && { component }),
    software: softwareOf(claim, component, ports),
    phases:
      application === undefined ? [] : ports.cache(kinds.Phase).withLabel(labels.application, application, namespace),
    processes: processesOf(claim, ports),
    ...(resource !== undefined && { resource }),
    ...(observation !== undefined && { observation }),
    ...(component !== undefined &&
      resource !== undefined &&
      observation !== undefined && {
        fitness: fitnessOf({ claim, component, resource, observation, nowAt }, ports),
      }),
    ...(awaited !== undefined && { awaitedUntil: awaited.untilAt }),
    epochFloor: ports.epochFloor ?? 0,
    nowAt,
  };
}

/** What members of the component need now, and what this one has. */
function softwareOf(claim: Claim, component: Component | undefined, ports: ClaimPorts): readonly Software[] {
  const { namespace = "" } = claim.metadata;
  const held = (claim.status?.software ?? []).map(({ name }) => name);
  const names = new Set([...(component?.spec.software ?? []), ...held]);
  const find = findPackage(component, {
    software: (name) => ports.cache(kinds.Software).get({ namespace, name }),
    revision: (name) => ports.cache(kinds.ApplicationRevision).get({ namespace, name }),
  });
  return [...names].flatMap((name) => find(name) ?? []);
}

function componentOf(claim: Claim, ports: ClaimPorts): Component | undefined {
  const { componentName: name } = claim.spec;
  if (name === undefined) return undefined;
  return ports.cache(kinds.Component).get({ namespace: claim.metadata.namespace ?? "", name });
}

/** The claim of a bare process is controlled by it; others are named by their processes. */
function processesOf(claim: Claim, ports: ClaimPorts): readonly Process[] {
  const { uid = "" } = claim.metadata;
  const owner = controllerOf(claim);
  if (owner?.kind === kinds.Process.kind) {
    const process = ports.cache(kinds.Process).byUid(owner.uid);
    return process === undefined ? [] : [process];
  }
  return processesUnder(uid, ports);
}
