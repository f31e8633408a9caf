import { type Claim, type Component, isDeleting, resolveCount } from "../../api/index.ts";
import type { PrefetchPackage } from "../../protocol/index.ts";

/** A machine on which nothing runs and that would do, in the matcher's order. */
export interface IdleMachine {
  readonly uid: string;
  /** What a member there would have to fetch. */
  readonly packages: readonly PrefetchPackage[];
  /** Digests that it has already. */
  readonly prefetched: readonly string[];
}

export interface PrefetchWorld {
  readonly component: Component;
  /** Claims of the component. */
  readonly claims: readonly Claim[];
  /** Whether the digests of all packages are known. */
  readonly isKnown: boolean;
  /** Looks through all machines; not called where nothing is to be kept. */
  readonly idle: () => readonly IdleMachine[];
}

export interface PrefetchPlan {
  /** The machines that shall have packages, by uid. */
  readonly machines: ReadonlyMap<string, readonly PrefetchPackage[]>;
  /** No machine that comes, and none that goes, would make another plan of it. */
  readonly isLasting?: true;
}

/** Of a component that keeps nothing anywhere. */
export const nothing: PrefetchPlan = { machines: new Map(), isLasting: true };

/**
 * Which idle machines keep a component's packages: as many as it says, those first that have them, then the best. Undefined:
 * nothing can be said now, what was said holds. Members come first: nothing begins before each has its software.
 */
export function planPrefetch({ component, claims, isKnown, idle }: PrefetchWorld): PrefetchPlan | undefined {
  const { replicas, everyResource, prefetch, suspend } = component.spec;
  const count = everyResource ? 0 : resolveCount(prefetch, replicas, "up");
  if (isDeleting(component) || suspend || count === 0) return nothing;
  const isSettled = claims.length > 0 && claims.every(hasSoftware);
  if (!isKnown || !isSettled) return undefined;
  const hasAll = ({ prefetched, packages }: IdleMachine): boolean =>
    packages.every(({ digest }) => prefetched.includes(digest));
  const machines = idle().filter(({ packages }) => packages.length > 0);
  const ordered = [...machines.filter(hasAll), ...machines.filter((machine) => !hasAll(machine))];
  return { machines: new Map(ordered.slice(0, count).map(({ uid, packages }) => [uid, packages])) };
}

function hasSoftware({ status, spec }: Claim): boolean {
  return (status?.state === "Configured" || status?.state === "Ready") && status.epoch === spec.epoch;
}
