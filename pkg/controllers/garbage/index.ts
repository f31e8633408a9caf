/**
 * Garbage: objects whose owners are gone go too. Background: after the owner; foreground: before it, if they block it;
 * orphan: they stay and lose the reference. One loop for each kind, over one graph of who owns whom.
 */
import { allKinds, type KindInfo, type KubeObject, kindByName, kinds, type ObjectKey } from "../../api/index.ts";
import type { Controller, ControllerPorts, ReconcileResult } from "../../controller/index.ts";
import { actOnGarbage } from "./act.ts";
import { observeGarbage } from "./observe.ts";
import { OwnershipGraph } from "./ownership-graph.ts";
import { type GarbageAction, planGarbage } from "./plan.ts";

/** Events own nothing and are owned by nobody; they go by themselves. */
const collected: readonly KindInfo[] = allKinds.filter((kind) => kind !== (kinds.Event as KindInfo));

type Enqueue = (key: ObjectKey) => void;

/** An owner that got another dependent while its dependents were stripped is looked at again so soon. */
const recheckMs = 1000;

export function makeGarbageControllers(ports: ControllerPorts): readonly Controller[] {
  const graph = new OwnershipGraph();
  const queues = new Map<KindInfo, Enqueue>();

  /** Keeps the graph, and wakes those to whom the change of an object matters. */
  const observe = (kind: KindInfo, object: KubeObject): void => {
    const { uid = "", ownerReferences = [] } = object.metadata;
    const current = ports.cache(kind).byUid(uid);
    if (current !== undefined) graph.put(kind, current);
    else graph.remove(uid);
    if (current === undefined || isMarked(current))
      for (const { kind: dependent, key } of graph.dependentsOf(uid)) queues.get(dependent)?.(key);
    if (current !== undefined) return;
    // An owner may have waited for this one to go.
    for (const reference of ownerReferences) {
      const owner = kindByName(reference.apiVersion, reference.kind);
      const found = owner && ports.cache(owner).byUid(reference.uid);
      if (owner === undefined || found === undefined || !isMarked(found)) continue;
      queues.get(owner)?.({ namespace: found.metadata.namespace ?? "", name: found.metadata.name ?? "" });
    }
  };

  return collected.map((kind) => ({
    name: `garbage-${kind.plural}`,
    kind,
    watches: [
      {
        kind,
        keys: (object: never) => {
          observe(kind, object);
          return [];
        },
      },
    ],
    signals: (enqueue) => {
      queues.set(kind, enqueue);
      return () => queues.delete(kind);
    },
    async reconcile(key, { signal }): Promise<ReconcileResult> {
      const object = ports.cache(kind).get(key);
      if (object === undefined) return {};
      const look = async (): Promise<GarbageAction | undefined> =>
        planGarbage(await observeGarbage(kind, object, ports, graph, signal));
      const act = { api: ports.api, kind, object, graph, signal };
      const action = await look();
      if (action === undefined) return {};
      await actOnGarbage(act, action);
      if (action.kind !== "orphanDependents") return {};
      // Our own writes are seen at once: with the last dependent stripped the object can be let go.
      const next = await look();
      if (next?.kind !== "releaseFinalizer") return { requeueAfterMs: recheckMs };
      await actOnGarbage(act, next);
      return {};
    },
  }));
}

/** Deleted in a way that concerns its dependents while it is still there. */
function isMarked({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined && (metadata.finalizers ?? []).length > 0;
}
