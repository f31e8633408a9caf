import {
  type AttributeMatch,
  type Component,
  isDeleting,
  machineAttribute,
  matchesLabels,
  matchesMachine,
  parseQuantity,
  type Resource,
  type ResourcePool,
  type ResourceRequirements,
  requirementsOf,
  usingPool,
} from "../../api/index.ts";
import { defaultPools } from "../../match/index.ts";

export interface MachineChoice {
  readonly resources: readonly Resource[];
  readonly pools: readonly ResourcePool[];
  /** Of each package that is not for every machine: the kinds of machine that it is for. */
  readonly variants: readonly (readonly AttributeMatch[])[];
}

/**
 * Machines on which a component that wants one member on each shall have one, by name. Says nothing of room: a claim
 * that does not fit says so itself. A machine that is not reached stays one of them: unknown is not absent.
 */
export function machinesFor({ spec }: Component, { resources, pools, variants }: MachineChoice): readonly string[] {
  const wanted = poolsOf(spec.resources, pools);
  return resources
    .filter((resource) => !isDeleting(resource) && wanted.has(usingPool(resource) ?? ""))
    .filter((resource) => fits(resource, spec.resources))
    .filter((resource) =>
      variants.every((kinds) => kinds.some((one) => matchesMachine(one, machineAttribute(resource)))),
    )
    .map((resource) => resource.metadata.name ?? "")
    .sort();
}

function poolsOf({ pool, pools: several }: ResourceRequirements, pools: readonly ResourcePool[]): ReadonlySet<string> {
  if (several !== undefined) return new Set(several);
  if (pool !== undefined) return new Set([pool]);
  return new Set(defaultPools(pools));
}

function fits({ metadata, spec, status }: Resource, { selector, attributes }: ResourceRequirements): boolean {
  const ownLabels = { ...metadata.labels, ...spec.labels };
  if (selector !== undefined && !matchesLabels(requirementsOf(selector), ownLabels)) return false;
  return attributes.every((wanted) => {
    const value = status?.attributes?.[wanted.name] ?? ownLabels[wanted.name];
    if (value === undefined) return false;
    if (wanted.in !== undefined && !wanted.in.includes(value)) return false;
    return isWithin(parseQuantity(value), wanted.min, wanted.max);
  });
}

function isWithin(
  value: number | undefined,
  min: string | number | undefined,
  max: string | number | undefined,
): boolean {
  const [low, high] = [min, max].map((bound) => (bound === undefined ? undefined : parseQuantity(bound)));
  if (low === undefined && high === undefined) return true;
  return (
    value !== undefined && value >= (low ?? Number.NEGATIVE_INFINITY) && value <= (high ?? Number.POSITIVE_INFINITY)
  );
}
