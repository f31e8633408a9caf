import {
  type Claim,
  type Component,
  type ComponentSummary,
  type ComponentTemplate,
  findCondition,
  isTrue,
  minimumReady,
  type Phase,
  type PhaseSummary,
} from "../../api/index.ts";
import type { ApplicationPlan } from "./plan.ts";
import { phasesOf } from "./revision-plan.ts";
import type { ApplicationWorld } from "./world.ts";

/** How an application does: what its conditions are made from. */
export interface ApplicationSummary {
  readonly world: ApplicationWorld;
  readonly plan: ApplicationPlan;
  readonly components: readonly CountedComponent[];
  readonly phases: readonly PhaseSummary[];
  /** Phases that hold a long-running process and have not opened. */
  readonly closedServices: readonly string[];
  readonly claims: readonly Claim[];
  /** Why a quota lets no more be made: components, phases, or processes of a phase. */
  readonly refusal?: string;
}

/** A component's counts, all there; `minReady` as a number. */
export interface CountedComponent extends Required<ComponentSummary> {
  readonly minReady: number;
  /** Its controller has not settled, or has not yet seen its newest spec. */
  readonly isChanging: boolean;
  readonly isUpdating: boolean;
  readonly stalled?: { readonly reason: string; readonly message: string };
}

export function summarize(world: ApplicationWorld, plan: ApplicationPlan, refused?: string): ApplicationSummary {
  const { application, claims } = world;
  const phases = phasesOf(application).map(({ name }) => ({ name, state: stateOf(world.phases, name) }));
  const services = phasesOf(application).filter(({ processes }) =>
    processes.some((it) => it.restartPolicy === "Always"),
  );
  const refusal = refused ?? refusedPhase(world.phases);
  const isClosed = (name: string): boolean => phases.some((it) => it.name === name && it.state === "Waiting");
  return {
    world,
    plan,
    components: application.spec.components.map((template) => countedComponent(world.components, template)),
    phases,
    closedServices: services.map(({ name }) => name).filter(isClosed),
    claims,
    ...(refusal !== undefined && { refusal }),
  };
}

function refusedPhase(phases: readonly Phase[]): string | undefined {
  for (const { spec, status } of phases) {
    const stalled = findCondition(status?.conditions, "Stalled");
    if (stalled?.reason === "QuotaExceeded") return `phase ${spec.phase}: ${stalled.message}`;
  }
  return undefined;
}

function stateOf(phases: readonly Phase[], name: string): PhaseSummary["state"] {
  return phases.find(({ spec }) => spec.phase === name)?.status?.state ?? "Waiting";
}

function countedComponent(components: readonly Component[], template: ComponentTemplate): CountedComponent {
  const { name, everyResource, minReady } = template;
  const component = components.find(({ spec }) => spec.name === name);
  const {
    claimed = 0,
    configured = 0,
    ready = 0,
    updated = 0,
    spares = 0,
    replicas: seen = 0,
  } = component?.status ?? {};
  const replicas = everyResource ? seen : template.replicas;
  const stalled = findCondition(component?.status?.conditions, "Stalled");
  const isBehind = (component?.status?.observedGeneration ?? 0) < (component?.metadata.generation ?? 1);
  return {
    name,
    replicas,
    claimed,
    configured,
    ready,
    updated,
    spares,
    minReady: minimumReady({ replicas, ...(minReady !== undefined && { minReady }) }),
    isChanging: isBehind || isTrue(component?.status?.conditions, "Reconciling"),
    isUpdating: findCondition(component?.status?.conditions, "Reconciling")?.reason === "Updating",
    ...(stalled?.status === "True" && { stalled: { reason: stalled.reason, message: stalled.message } }),
  };
}

/** What is counted for people: "servers 3/5", of the components where it is less than enough. */
export function lacking(
  { components }: ApplicationSummary,
  field: "claimed" | "configured" | "ready",
): readonly string[] {
  return components.filter((it) => it[field] < it.minReady).map((it) => `${it.name} ${it[field]}/${it.minReady}`);
}

/** All components have enough members that are ready, and no service waits for a phase before it. */
export function isAvailable(summary: ApplicationSummary): boolean {
  return lacking(summary, "ready").length === 0 && summary.closedServices.length === 0;
}
