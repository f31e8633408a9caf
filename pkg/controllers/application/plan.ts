import { type Component, isDeleting, type Phase } from "../../api/index.ts";
import { parseTimestamp } from "../../clock/index.ts";
import { equalJson } from "../../merge/index.ts";
import { wantedComponent, wantedPhase } from "./children-plan.ts";
import { type Lifecycle, planLifecycle } from "./lifecycle-plan.ts";
import { phasesOf, type Revisions } from "./revision-plan.ts";
import { planRollout, type Rollout } from "./rollout-plan.ts";
import type { ApplicationWorld } from "./world.ts";

export interface ApplicationAction {
  readonly verb: "create" | "update" | "delete";
  readonly child: Component | Phase;
  readonly why: string;
}

export interface ApplicationPlan {
  readonly actions: readonly ApplicationAction[];
  readonly lifecycle: Lifecycle;
  readonly revisions: Revisions;
  readonly rollout: Rollout;
  /** Nothing of a deleted application is left. */
  readonly nothingLeft: boolean;
}

/**
 * Which components and phases an application shall have. Phases outlive claims: what they tell is still asked for while
 * machines are cleaned, and they are gone before a new run begins.
 */
export function planApplication(observed: ApplicationWorld): ApplicationPlan {
  const rollout = planRollout(observed);
  const { application, software, revisions } = rollout;
  const world = { ...observed, application, software };
  const lifecycle = planLifecycle(world, revisions);
  const { components, phases, processes } = world;
  return {
    actions: [...componentActions(world, lifecycle, rollout), ...phaseActions(world, lifecycle, revisions)],
    lifecycle,
    rollout,
    revisions,
    nothingLeft: lifecycle.stage === "Deleting" && components.length + phases.length + processes === 0,
  };
}

function componentActions(
  world: ApplicationWorld,
  { stage, letsGo }: Lifecycle,
  rollout: Rollout,
): readonly ApplicationAction[] {
  const { application, components } = world;
  if (stage === "Deleting") return deletions(components, "the application is deleted");
  const templates = application.spec.components;
  const present = pickByName(components, ({ spec }) => spec.name);
  const surplus = components.filter((it) => present.get(it.spec.name) !== it || !hasName(templates, it.spec.name));
  const wanted = templates.flatMap((template): readonly ApplicationAction[] => {
    const own = present.get(template.name);
    const child = wantedComponent(world, template, { rollout, suspend: letsGo, present: own });
    return change(own, child);
  });
  return [...deletions(surplus, "the application has no such component"), ...wanted];
}

function phaseActions(
  world: ApplicationWorld,
  { stage }: Lifecycle,
  revisions: Revisions,
): readonly ApplicationAction[] {
  const { application, components, phases, claims } = world;
  if (stage === "Deleting") {
    return components.length === 0 ? deletions(phases, "the application is deleted") : [];
  }
  if (stage === "Suspended") return claims.length === 0 ? deletions(phases, "the application is suspended") : [];
  const former = stage === "Expired" ? [] : formerPhases(world);
  const templates = phasesOf(application);
  const present = pickByName(phases, ({ spec }) => spec.phase);
  const surplus = phases
    .filter((it) => !former.includes(it))
    .filter((it) => present.get(it.spec.phase) !== it || !hasName(templates, it.spec.phase));
  const wanted = templates.flatMap((template): readonly ApplicationAction[] => {
    const own = present.get(template.name);
    if (own !== undefined && former.includes(own)) return [];
    return change(own, wantedPhase(world, template, { revisions, present: own }));
  });
  return [
    ...deletions(former, "it is of the run before the application's time was up"),
    ...deletions(surplus, "the application has no such phase"),
    ...wanted,
  ];
}

/** Phases of a run that ended because its time was up: what they tell stays, until another run begins. */
export function formerPhases({ application, phases }: ApplicationWorld): readonly Phase[] {
  const expiredAt = parseTimestamp(application.status?.expiredAt ?? "");
  if (expiredAt === undefined) return [];
  return phases.filter(({ metadata }) => (parseTimestamp(metadata.creationTimestamp ?? "") ?? 0) <= expiredAt);
}

/** One that is being deleted has to be gone before another takes its place. */
function change(present: Component | Phase | undefined, child: Component | Phase): readonly ApplicationAction[] {
  if (present === undefined) return [{ verb: "create", child, why: "the application describes it" }];
  if (isDeleting(present) || equalJson(present.spec, child.spec)) return [];
  return [{ verb: "update", child, why: "the application describes it otherwise" }];
}

function deletions(children: readonly (Component | Phase)[], why: string): readonly ApplicationAction[] {
  return children.filter((child) => !isDeleting(child)).map((child) => ({ verb: "delete", child, why }));
}

/** The first of each name: caches list in the order of names. */
function pickByName<T>(children: readonly T[], nameOf: (child: T) => string): ReadonlyMap<string, T> {
  const picked = new Map<string, T>();
  for (const child of children) if (!picked.has(nameOf(child))) picked.set(nameOf(child), child);
  return picked;
}

function hasName(templates: readonly { readonly name: string }[], name: string): boolean {
  return templates.some((template) => template.name === name);
}
