import type { Claim, Component, Resource } from "../../api/index.ts";
import { type AllocationView, capacityOf, componentIdentity } from "../../match/index.ts";

interface Assumption {
  readonly resourceUid: string;
  readonly epoch: number;
  readonly view: AllocationView;
}

/** So long a machine is not tried again for a claim after the server refused the binding. */
const refusedMs = 5000;

/**
 * Bindings that are on their way: written, or about to be, and not in the cache yet. With them many claims are matched
 * one after the other without waiting for each write, and do not get in each other's way.
 */
export class Assumptions {
  readonly #byClaim = new Map<string, Assumption>();
  readonly #refused = new Map<string, Map<string, number>>();

  add(claim: Claim, component: Component | undefined, resourceUid: string): void {
    const view = placeOf(claim, component);
    // At least: the server says which it is.
    this.#byClaim.set(view.claimUid, { resourceUid, epoch: claim.spec.epoch + 1, view });
  }

  has(claimUid: string): boolean {
    return this.#byClaim.has(claimUid);
  }

  /** The binding was refused: the machine is left alone for a while, since the server knows better. */
  refuse(claimUid: string, resourceName: string, nowAt: number): void {
    this.drop(claimUid);
    const names = this.#refused.get(claimUid) ?? new Map<string, number>();
    names.set(resourceName, nowAt + refusedMs);
    this.#refused.set(claimUid, names);
  }

  drop(claimUid: string): void {
    this.#byClaim.delete(claimUid);
  }

  /** The claim is gone, or bound and seen to be. */
  forget(claimUid: string): void {
    this.#byClaim.delete(claimUid);
    this.#refused.delete(claimUid);
  }

  refusedFor(claimUid: string, nowAt: number): Readonly<Record<string, string>> {
    const names = [...(this.#refused.get(claimUid) ?? [])].filter(([, until]) => until > nowAt);
    return Object.fromEntries(names.map(([name]) => [name, "the server refused the binding"]));
  }

  /** What is assumed, by machine; what the cache shows already is dropped. */
  byResource(cached: (resourceUid: string) => Resource | undefined): ReadonlyMap<string, readonly AllocationView[]> {
    const found = new Map<string, AllocationView[]>();
    for (const [claimUid, { resourceUid, epoch, view }] of this.#byClaim) {
      if (isSeen(cached(resourceUid), claimUid, epoch)) this.#byClaim.delete(claimUid);
      else found.set(resourceUid, [...(found.get(resourceUid) ?? []), view]);
    }
    return found;
  }
}

/** What a claim takes up on a machine. */
export function placeOf({ spec, metadata }: Claim, component: Component | undefined): AllocationView {
  return {
    claimUid: metadata.uid ?? "",
    claimName: metadata.name ?? "",
    namespace: metadata.namespace ?? "",
    component: componentIdentity(spec.componentName, metadata.name ?? ""),
    requests: capacityOf(spec.requests ?? component?.spec.resources.requests),
    ports: spec.ports,
    dedicated: component?.spec.resources.dedicated ?? false,
  };
}

function isSeen(resource: Resource | undefined, claimUid: string, epoch: number): boolean {
  if (resource === undefined) return true;
  return (resource.status?.allocations ?? []).some((one) => one.claimUid === claimUid && one.epoch >= epoch);
}
