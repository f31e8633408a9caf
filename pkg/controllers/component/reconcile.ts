import {
  type Claim,
  type Component,
  cleanupFinalizer,
  findCondition,
  isDeleting,
  keyOf,
  kinds,
  type ObjectKey,
  type Phase,
  type Process,
  type ResourceQuota,
  type Software,
} from "../../api/index.ts";
import {
  type ChildWrite,
  type Controller,
  type ControllerPorts,
  ensureFinalizer,
  isMoreThan,
  isWishOr,
  planned,
  quotaRecheckMs,
  type ReconcileContext,
  type ReconcileResult,
  releaseFinalizer,
  writeChildren,
  writeStatus,
} from "../../controller/index.ts";
import { recordTransitions } from "../../events/index.ts";
import { memberFacts } from "../../graph/index.ts";
import type { ComponentAction } from "./component-action.ts";
import { observe } from "./observe.ts";
import { type ComponentPlan, planComponent } from "./plan.ts";
import { componentStatus } from "./status-plan.ts";
import { transitions } from "./transitions.ts";
import type { ComponentWorld } from "./world.ts";

/** Keeps one claim for each member of a component, and takes the members to the newest revision one after another. */
export function makeComponentController(ports: ControllerPorts): Controller {
  const components = ports.cache(kinds.Component);
  return {
    name: "component",
    kind: kinds.Component,
    own: { when: isMoreThan(["conditions", "observedGeneration", "ready", "updated", "claimed", "state"]) },
    watches: [
      {
        kind: kinds.Claim,
        keys: (claim: Claim) => named(claim, claim.spec.componentName),
        when: isWishOr((claim: Claim) => [memberFacts.claim(claim), memberFacts.pressure(claim), troubleOf(claim)]),
        givesWay: true,
      },
      {
        kind: kinds.Process,
        keys: (process: Process) => named(process, process.spec.componentName),
        when: isWishOr((process: Process) => [memberFacts.process(process), troubleOf(process)]),
        givesWay: true,
      },
      {
        kind: kinds.Phase,
        keys: (phase: Phase) => ofPhase(phase, components.list(phase.metadata.namespace)),
        when: isWishOr(memberFacts.phase),
      },
      {
        kind: kinds.Software,
        keys: (software: Software) => users(software, components.list(software.metadata.namespace)),
      },
      {
        kind: kinds.ResourceQuota,
        keys: ({ metadata }: ResourceQuota) => components.list(metadata.namespace).filter(isRefused).map(keyOf),
      },
      { kind: kinds.Resource, keys: () => onEveryMachine(components.list()) },
      { kind: kinds.ResourcePool, keys: () => onEveryMachine(components.list()) },
    ],
    async reconcile(key, context) {
      const component = components.get(key);
      return component === undefined ? {} : reconcile(component, ports, context);
    },
  };
}

async function reconcile(
  found: Component,
  ports: ControllerPorts,
  { signal }: ReconcileContext,
): Promise<ReconcileResult> {
  const { api } = ports;
  const component = await ensureFinalizer({ api, kind: kinds.Component, object: found, signal }, cleanupFinalizer);
  const look = (): Seen => {
    const world = observe(component, ports);
    return { world, plan: planComponent(world) };
  };
  const { plan: before, restMs, giveWayMs } = planned(ports.clock, look);
  const { plan } = before;
  if (isDeleting(component) && plan.nothingLeft) {
    await releaseFinalizer({ api, kind: kinds.Component, object: component, signal }, cleanupFinalizer);
    return {};
  }
  const refusal = await writeChildren(plan.actions.map(asWrite), { api, signal });
  // What was just created or deleted is in the caches now, and the status tells of it.
  const seen = plan.actions.length === 0 ? before : look();
  const status = componentStatus(seen.world, seen.plan, refusal?.message);
  await writeStatus({ api, kind: kinds.Component, object: component, signal }, status);
  recordTransitions(ports.events, component, transitions(component, status));
  const rechecks = [plan.recheckAfterMs, refusal && quotaRecheckMs].filter((ms) => ms !== undefined);
  return { restMs, giveWayMs, ...(rechecks.length > 0 && { requeueAfterMs: Math.min(...rechecks) }) };
}

interface Seen {
  readonly world: ComponentWorld;
  readonly plan: ComponentPlan;
}

const verbs = { CreateClaim: "create", UpdateClaim: "update", DeleteClaim: "delete" } as const;

function asWrite({ kind, claim }: ComponentAction): ChildWrite {
  return { verb: verbs[kind], kind: kinds.Claim, object: claim };
}

/** There may be room now. */
function isRefused({ status }: Component): boolean {
  return findCondition(status?.conditions, "Reconciling")?.reason === "QuotaExceeded";
}

function troubleOf({ status }: Claim | Process): unknown {
  return findCondition(status?.conditions, "Stalled");
}

function named(member: Claim | Process, componentName: string | undefined): readonly ObjectKey[] {
  return componentName === undefined ? [] : [{ namespace: member.metadata.namespace ?? "", name: componentName }];
}

function ofPhase({ spec }: Phase, components: readonly Component[]): readonly ObjectKey[] {
  if (spec.applicationName === undefined) return [];
  return components.filter((it) => it.spec.applicationName === spec.applicationName).map(keyOf);
}

function users({ metadata }: Software, components: readonly Component[]): readonly ObjectKey[] {
  return components.filter(({ spec }) => spec.software.includes(metadata.name ?? "")).map(keyOf);
}

function onEveryMachine(components: readonly Component[]): readonly ObjectKey[] {
  return components.filter(({ spec }) => spec.everyResource).map(keyOf);
}
