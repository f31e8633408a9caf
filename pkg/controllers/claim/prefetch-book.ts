import type { PrefetchPackage } from "../../protocol/index.ts";
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

  /** What a machine shall keep, each once, in an order that is always the same. */
  packagesFor(resourceUid: string): readonly PrefetchPackage[] {
    const wanted = [...this.#plans.values()].flatMap(({ machines }) => machines.get(resourceUid) ?? []);
    const byText = new Map(wanted.map((one) => [JSON.stringify(one), one]));
    return [...byText].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, one]) => one);
  }
}
