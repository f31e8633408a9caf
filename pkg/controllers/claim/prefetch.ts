import { type Claim, type Component, kinds, machineAttribute, type Software } from "../../api/index.ts";
import type { Controller, ControllerPorts, ReconcileResult } from "../../controller/index.ts";
import type { Fabric } from "../../fabric/index.ts";
import { archiveOf, findPackage, type OrderedPackage, orderedSoftware, resolveSoftware } from "../../graph/index.ts";
import type { PrefetchPackage } from "../../protocol/index.ts";
import { searchMachine } from "./machine-search.ts";
import { nobody } from "./nobody.ts";
import { PrefetchBook } from "./prefetch-book.ts";
import { type IdleMachine, nothing, planPrefetch } from "./prefetch-plan.ts";

export interface PrefetchPorts extends ControllerPorts {
  readonly fabric: Pick<Fabric, "observe" | "prefetch">;
}

/** Machines come and go without being news to every component: it is looked again after so long. */
const recheckMs = 30_000;

/** Each look is at all machines, and there is no hurry. */
const restMs = 250;

/** Has idle machines keep the packages of components, so that a replacement has nothing to fetch. */
export function makePrefetchController(ports: PrefetchPorts): Controller {
  const components = ports.cache(kinds.Component);
  const book = new PrefetchBook();
  const uids = new Map<string, string>();
  return {
    name: "prefetch",
    kind: kinds.Component,
    async reconcile({ namespace, name }): Promise<ReconcileResult> {
      const component = components.get({ namespace, name });
      const key = `${namespace}/${name}`;
      const uid = component?.metadata.uid ?? uids.get(key) ?? "";
      if (component === undefined) uids.delete(key);
      else uids.set(key, uid);
      const plan = component === undefined ? nothing : planPrefetch(worldOf(component, ports));
      if (plan === undefined) return { restMs, requeueAfterMs: recheckMs };
      for (const machine of book.set(uid, plan)) ports.fabric.prefetch(machine, book.packagesFor(machine));
      return plan.isLasting ? {} : { restMs, requeueAfterMs: recheckMs };
    },
  };
}

function worldOf(component: Component, ports: PrefetchPorts) {
  const { namespace = "", uid = "" } = component.metadata;
  const find = findPackage(component, {
    software: (one) => ports.cache(kinds.Software).get({ namespace, name: one }),
    revision: (one) => ports.cache(kinds.ApplicationRevision).get({ namespace, name: one }),
  });
  const claim = nobody(component);
  const { packages } = resolveSoftware(component.spec.software, find);
  return {
    component,
    claims: ports.cache(kinds.Claim).ownedBy(uid),
    isKnown: packages !== undefined,
    idle: () => idleMachines(component, claim, { ports, find }),
  };
}

function idleMachines(
  component: Component,
  claim: Claim,
  { ports, find }: { readonly ports: PrefetchPorts; readonly find: (name: string) => Software | undefined },
): readonly IdleMachine[] {
  const search = searchMachine({ claim, component, isBound: false, nowAt: ports.clock.now() }, ports);
  if ("reason" in search) return [];
  const byName = new Map(search.machines.map((machine) => [machine.name, machine]));
  return search.ranking.flatMap(({ name }) => {
    const machine = byName.get(name);
    if (machine === undefined || machine.allocations.length > 0) return [];
    const resource = ports.cache(kinds.Resource).byUid(machine.uid);
    if (resource === undefined) return [];
    const wanted = component.spec.software;
    const { packages = [] } = orderedSoftware({ wanted, claim, lookUp: find, machine: machineAttribute(resource) });
    return [
      { uid: machine.uid, packages: packages.flatMap(prefetchOf), prefetched: resource.status?.prefetched ?? [] },
    ];
  });
}

function prefetchOf(ordered: OrderedPackage): readonly PrefetchPackage[] {
  const { name, digest, software } = ordered;
  return digest === undefined ? [] : [{ name, digest, strip: software.spec.strip, ...archiveOf(ordered) }];
}
