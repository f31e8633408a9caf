import {
  alternativeChildName,
  type Claim,
  type Component,
  childName,
  cleanupFinalizer,
  controllerRef,
  isDeleting,
  kinds,
  labels,
} from "../../api/index.ts";
import { isBound, isReadySpare, isSpare } from "../../graph/index.ts";
import { equalJson } from "../../merge/index.ts";
import { needsOf } from "./claim-needs.ts";
import type { ComponentAction } from "./component-action.ts";
import type { Slot } from "./slots-plan.ts";
import type { ComponentWorld } from "./world.ts";

export interface SparesPlan {
  readonly actions: readonly ComponentAction[];
  /** Those that are there to stay. */
  readonly kept: readonly Claim[];
}

/**
 * Which spares a component shall have: as many as it says, once every member has a machine, since members come first.
 * They are of the newest revision at once: nothing runs on them that would be disturbed.
 */
export function planSpares(world: ComponentWorld, slots: readonly Slot[], target: string | undefined): SparesPlan {
  const { component, claims } = world;
  const spares = claims.filter(isSpare);
  const present = spares.filter((claim) => !isDeleting(claim)).sort(byWorth);
  const wanted = slots.length === 0 || component.spec.everyResource ? 0 : component.spec.spares;
  const kept = present.slice(0, wanted);
  const missing = areMembersPlaced(claims, slots) ? wanted - kept.length : 0;
  const revision = component.spec.paused ? undefined : target;
  return {
    kept,
    actions: [
      ...present.slice(wanted).map((claim): ComponentAction => {
        return { kind: "DeleteClaim", claim, why: "the component has fewer spares" };
      }),
      ...freeNames(spares, world, missing).map((name): ComponentAction => {
        return { kind: "CreateClaim", claim: spareOf(name, world), why: "a spare is wanted" };
      }),
      ...kept.flatMap((claim) => change(claim, component, revision)),
    ],
  };
}

/** Those that would be missed most come first. */
function byWorth(left: Claim, right: Claim): number {
  const worth = (claim: Claim): number => Number(isReadySpare(claim)) * 2 + Number(isBound(claim));
  return worth(right) - worth(left) || ((left.metadata.name ?? "") < (right.metadata.name ?? "") ? -1 : 1);
}

function areMembersPlaced(claims: readonly Claim[], slots: readonly Slot[]): boolean {
  const placed = claims.filter((claim) => !isSpare(claim) && !isDeleting(claim) && isBound(claim));
  const ordinals = new Set(placed.map(({ spec }) => spec.ordinal));
  return slots.every(({ ordinal }) => ordinals.has(ordinal));
}

function freeNames(spares: readonly Claim[], { component, foreignNames }: ComponentWorld, count: number): string[] {
  const taken = new Set(spares.map(({ metadata }) => metadata.name));
  const names: string[] = [];
  for (let number = 0; names.length < count; number++) {
    const parts = [component.metadata.name ?? "", "spare", number];
    const name = foreignNames.has(childName(...parts)) ? alternativeChildName(...parts) : childName(...parts);
    if (!taken.has(name)) names.push(name);
  }
  return names;
}

function spareOf(name: string, { component, revision }: ComponentWorld): Claim {
  const { metadata, spec } = component;
  return {
    apiVersion: "plush.dev/v1",
    kind: "Claim",
    metadata: {
      name,
      namespace: metadata.namespace ?? "",
      labels: {
        ...(spec.applicationName !== undefined && { [labels.application]: spec.applicationName }),
        [labels.component]: spec.name,
      },
      // Here and now: the claim's controller would have to write it before it does anything else.
      finalizers: [cleanupFinalizer],
      ownerReferences: [controllerRef(component, kinds.Component)],
    },
    spec: {
      componentName: metadata.name ?? "",
      component: spec.name,
      ...needsOf(component),
      epoch: 0,
      ...(revision !== undefined && { revision }),
    },
  };
}

function change(claim: Claim, component: Component, revision: string | undefined): readonly ComponentAction[] {
  const { requests: _former, ...rest } = claim.spec;
  const spec = { ...rest, ...needsOf(component), ...(revision !== undefined && { revision }) };
  if (equalJson(spec, claim.spec)) return [];
  return [{ kind: "UpdateClaim", claim: { ...claim, spec }, why: "its component has changed" }];
}
