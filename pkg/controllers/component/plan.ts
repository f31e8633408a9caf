import {
  alternativeChildName,
  type Claim,
  type Component,
  childName,
  cleanupFinalizer,
  controllerRef,
  kinds,
  labels,
} from "../../api/index.ts";
import { equalJson } from "../../merge/index.ts";
import { needsOf } from "./claim-needs.ts";
import type { ComponentAction } from "./component-action.ts";
import { type PresentMember, presentMembers, targetRevision } from "./members.ts";
import { planRolling } from "./rolling-plan.ts";
import { type Slot, wantedSlots } from "./slots-plan.ts";
import { planSpares } from "./spares-plan.ts";
import type { ComponentWorld } from "./world.ts";

export interface ComponentPlan {
  readonly actions: readonly ComponentAction[];
  readonly slots: readonly Slot[];
  readonly members: readonly PresentMember[];
  readonly spares: readonly Claim[];
  readonly target?: string;
  /** No claim is left: the component may go. */
  readonly nothingLeft: boolean;
  readonly recheckAfterMs?: number;
}

/** Which claims a component shall have, and which of its members may go on to the newest revision. */
export function planComponent(world: ComponentWorld): ComponentPlan {
  const { component, claims } = world;
  const slots = wantedSlots(world);
  const target = targetRevision(world);
  const members = presentMembers(world, target);
  const wanted = new Map(slots.map((slot) => [slot.ordinal, slot]));
  const kept = members.filter(({ ordinal, claim }) => fits(claim, wanted.get(ordinal)));
  const surplus = members.filter(({ ordinal, claim }) => !fits(claim, wanted.get(ordinal))).reverse();
  const rolling = mayRoll(component, target)
    ? planRolling({
        target,
        members: kept.map(rollingMember),
        replicas: slots.length,
        strategy: component.spec.updateStrategy,
      })
    : { admit: [] };
  const spares = planSpares(world, slots, target);
  const admitted = new Set(rolling.admit);
  const occupied = new Set(claims.map(({ spec }) => spec.ordinal));
  return {
    actions: [
      ...surplus.map(({ claim }) => deletion(claim, component)),
      ...slots.filter(({ ordinal }) => !occupied.has(ordinal)).map((slot) => creation(slot, world)),
      ...kept.flatMap((member) => change(member, component, admitted.has(member.ordinal) ? target : undefined)),
      ...spares.actions,
    ],
    slots,
    members: kept,
    spares: spares.kept,
    nothingLeft: claims.length === 0,
    ...(target !== undefined && { target }),
    ...(rolling.recheckAfterMs !== undefined && { recheckAfterMs: rolling.recheckAfterMs }),
  };
}

function mayRoll(component: Component, target: string | undefined): target is string {
  return target !== undefined && !component.spec.paused;
}

function rollingMember(member: PresentMember) {
  const { ordinal, ready, updated, readyForMs, claim } = member;
  const { revision } = claim.spec;
  return { ordinal, ready, updated, readyForMs, ...(revision !== undefined && { revision }) };
}

function fits(claim: Claim, slot: Slot | undefined): boolean {
  return slot !== undefined && (slot.machine === undefined || slot.machine === claim.spec.targetResourceName);
}

function deletion(claim: Claim, component: Component): ComponentAction {
  const why = component.spec.suspend ? "the component is suspended" : "the component has fewer members";
  return { kind: "DeleteClaim", claim, why };
}

/** A new member gets the newest revision at once; there is nothing to be careful about. */
function creation(slot: Slot, { component, foreignNames, revision }: ComponentWorld): ComponentAction {
  const { metadata, spec } = component;
  const parts = [metadata.name ?? "", slot.ordinal];
  const name = foreignNames.has(childName(...parts)) ? alternativeChildName(...parts) : childName(...parts);
  const claim: Claim = {
    apiVersion: "plush.dev/v1",
    kind: "Claim",
    metadata: {
      name,
      namespace: metadata.namespace ?? "",
      labels: {
        ...(spec.applicationName !== undefined && { [labels.application]: spec.applicationName }),
        [labels.component]: spec.name,
        [labels.ordinal]: String(slot.ordinal),
      },
      // Here and now: the claim's controller would have to write it before it does anything else.
      finalizers: [cleanupFinalizer],
      ownerReferences: [controllerRef(component, kinds.Component)],
    },
    spec: {
      componentName: metadata.name ?? "",
      component: spec.name,
      ordinal: slot.ordinal,
      ...needsOf(component),
      epoch: 0,
      ...(slot.machine !== undefined && { targetResourceName: slot.machine }),
      ...(revision !== undefined && { revision }),
    },
  };
  return { kind: "CreateClaim", claim, why: `member ${slot.ordinal} is wanted` };
}

/** `revision`: the one to which the member is admitted now. */
function change(member: PresentMember, component: Component, revision: string | undefined): readonly ComponentAction[] {
  const { claim } = member;
  const { requests: _former, ...rest } = claim.spec;
  const spec = { ...rest, ...needsOf(component), ...(revision !== undefined && { revision }) };
  if (equalJson(spec, claim.spec)) return [];
  const why = revision === undefined ? "its needs changed" : `it is updated to revision ${revision}`;
  return [{ kind: "UpdateClaim", claim: { ...claim, spec }, why }];
}
