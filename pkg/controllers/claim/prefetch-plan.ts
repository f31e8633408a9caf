import { type Claim, type Component, isDeleting, resolveCount } from "../../api/index.ts";
import type { OrderedPackage } from "../../graph/index.ts";

/** A machine on which nothing runs and that would do, in the matcher's order. */
export interface IdleMachine {
  readonly uid: string;
  /** Digests that are in its cache already. */
  readonly prefetched: readonly string[];
}

export interface PrefetchWorld {
  readonly component: Component;
  /** Claims of the component. */
  readonly claims: readonly Claim[];
  /** Undefined while a digest is not known. */
  readonly packages: readonly OrderedPackage[] | undefined;
  /** Looks through all machines; not called where nothing is to be kept. */
  readonly idle: () => readonly IdleMachine[];
}

export interface PrefetchPlan {
  readonly digests: readonly string[];
  /** uids of the machines that shall have them. */
  readonly machines: readonly string[];
}

/**
 * Which idle machines keep a component's packages: as many as it says, those first that have them, then the best. Undefined:
 * nothing can be said now, what was said holds. Members come first: nothing begins before each has its software.
 */
export function planPrefetch({ component, claims, packages, idle }: PrefetchWorld): PrefetchPlan | undefined {
  const { replicas, everyResource, prefetch, suspend } = component.spec;
  const count = everyResource ? 0 : resolveCount(prefetch, replicas, "up");
  if (isDeleting(component) || suspend || count === 0) return { digests: [], machines: [] };
  const isSettled = claims.length > 0 && claims.every(hasSoftware);
  if (packages === undefined || !isSettled) return undefined;
  const digests = [...new Set(packages.flatMap(({ digest }) => digest ?? []))].sort();
  if (digests.length === 0) return { digests: [], machines: [] };
  const hasAll = ({ prefetched }: IdleMachine): boolean => digests.every((digest) => prefetched.includes(digest));
  const machines = idle();
  const ordered = [...machines.filter(hasAll), ...machines.filter((machine) => !hasAll(machine))];
  return { digests, machines: ordered.slice(0, count).map(({ uid }) => uid) };
}

function hasSoftware({ status, spec }: Claim): boolean {
  return (status?.state === "Configured" || status?.state === "Ready") && status.epoch === spec.epoch;
}
