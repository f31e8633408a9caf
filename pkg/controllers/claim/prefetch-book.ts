import type { PrefetchPlan } from "./prefetch-plan.ts";

/** What components want kept where: a machine keeps the packages of all of them. */
export class PrefetchBook {
  /** By uid of the component. */
  readonly #plans = new Map<string, PrefetchPlan>();

  /** Takes a component's word in place of its last; returns the uids of the machines that it was or is about. */
  set(componentUid: string, plan: PrefetchPlan | undefined): readonly string[] {
    const before = [...(this.#plans.get(componentUid)?.machines.keys() ?? [])];
    if (plan === undefined || plan.machines.size === 0) this.#plans.delete(componentUid);
    else this.#plans.set(componentUid, plan);
    return [...new Set([...before, ...(plan?.machines.keys() ?? [])])];
  }

  /** Digests that a machine shall keep. */
  digestsFor(resourceUid: string): readonly string[] {
    const wanted = [...this.#plans.values()].flatMap(({ machines }) => machines.get(resourceUid) ?? []);
    return [...new Set(wanted)].sort();
  }
}
