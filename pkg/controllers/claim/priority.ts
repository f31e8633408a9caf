import { type Claim, type Component, isDeleting, kinds } from "../../api/index.ts";
import type { ControllerPorts } from "../../controller/index.ts";
import { isBound } from "../../graph/index.ts";

type Caches = Pick<ControllerPorts, "cache">;

/** A claim, with the component that says what it asks for. */
export interface Waiting {
  readonly claim: Claim;
  readonly component: Component;
}

/** What belongs to no component is as important as what says nothing. */
export function priorityOf(component: Component | undefined): number {
  return component?.spec.priority ?? 0;
}

export function componentOf({ spec, metadata }: Claim, { cache }: Caches): Component | undefined {
  if (spec.componentName === undefined) return undefined;
  return cache(kinds.Component).get({ namespace: metadata.namespace ?? "", name: spec.componentName });
}

/** Claims without a machine that are more important, the most important first. Costs nothing where nobody is. */
export function waitingBefore(priority: number, ports: Caches): readonly Waiting[] {
  return ports
    .cache(kinds.Component)
    .list()
    .filter((component) => priorityOf(component) > priority)
    .sort((left, right) => priorityOf(right) - priorityOf(left))
    .flatMap((component) =>
      ports
        .cache(kinds.Claim)
        .ownedBy(component.metadata.uid ?? "")
        .filter((claim) => !isBound(claim) && !isDeleting(claim))
        .map((claim) => ({ claim, component })),
    );
}

/** The most important first, else in the order in which they come. */
export function byPriority(claims: readonly Claim[], ports: Caches): readonly Claim[] {
  const priorities = new Map(claims.map((claim) => [claim, priorityOf(componentOf(claim, ports))]));
  return [...claims].sort((left, right) => (priorities.get(right) ?? 0) - (priorities.get(left) ?? 0));
}
