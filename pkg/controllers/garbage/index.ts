/**
 * Garbage: objects whose owners are gone go too. Background: after the owner; foreground: before it, if they block it;
 * orphan: they stay and lose the reference. One loop for each kind, over one graph of who owns whom.
 */
import { type KindInfo, type KubeObject, kinds, type ObjectKey, storedKinds } from "../../api/index.ts";
import type { ApiClient } from "../../client/index.ts";
import type { Controller, ControllerPorts, ReconcileResult } from "../../controller/index.ts";
import { isReason } from "../../status/index.ts";
import { actOnGarbage } from "./act.ts";
import { observeGarbage } from "./observe.ts";
import { OwnershipGraph } from "./ownership-graph.ts";
import { type GarbageAction, planGarbage } from "./plan.ts";

/** Events own nothing and are owned by nobody; they go by themselves. */
const collected: readonly KindInfo[] = storedKinds.filter((kind) => kind !== (kinds.Event as KindInfo));

type Enqueue = (key: ObjectKey) => void;

/** News of an object that names owners, or is being deleted, or did so until now; or that is gone. */
interface OwnershipChange {
  readonly kind: KindInfo;
  readonly object: KubeObject;
  readonly gone: boolean;
}

export interface GarbagePorts extends Pick<ControllerPorts, "api"> {
  readonly ownership: {
    /** Tells of all such objects that are there, then of each change, in order. Returns what ends it. */
    subscribe(handler: (change: OwnershipChange) => void): () => void;
  };
}

/** An owner that got another dependent while its dependents were stripped is looked at again so soon. */
const recheckMs = 1000;

export function makeGarbageControllers({ api, ownership }: GarbagePorts): readonly Controller[] {
  const graph = new OwnershipGraph();
  const queues = new Map<KindInfo, Enqueue>();
  const observe = makeObserver(graph, queues);
  let unsubscribe = (): void => {};

  return collected.map((kind) => ({
    name: `garbage-${kind.plural}`,
    kind,
    keys: () => graph.keysOf(kind),
    signals: (enqueue) => {
      if (queues.size === 0) unsubscribe = ownership.subscribe(observe);
      queues.set(kind, enqueue);
      return () => {
        queues.delete(kind);
        if (queues.size === 0) unsubscribe();
      };
    },
    async reconcile(key, { signal }): Promise<ReconcileResult> {
      const object = await find(api, kind, key, signal);
      if (object === undefined) return {};
      const look = async (): Promise<GarbageAction | undefined> =>
        planGarbage(await observeGarbage(kind, object, { api, graph, signal }));
      const act = { api, kind, object, graph, signal };
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

/** Keeps the graph, and wakes those to whom a change matters. */
function makeObserver(
  graph: OwnershipGraph,
  queues: ReadonlyMap<KindInfo, Enqueue>,
): (change: OwnershipChange) => void {
  return ({ kind, object, gone }) => {
    const { uid = "", namespace = "", name = "", ownerReferences = [] } = object.metadata;
    if (gone) graph.remove(uid);
    else if (graph.put(kind, object)) queues.get(kind)?.({ namespace, name });
    else return;
    if (gone || isMarked(object))
      for (const dependent of graph.dependentsOf(uid)) queues.get(dependent.kind)?.(dependent.key);
    if (!gone) return;
    // An owner may have waited for this one to go.
    for (const reference of ownerReferences) {
      const owner = graph.find(reference.uid);
      if (owner !== undefined && isMarked(owner.object)) queues.get(owner.kind)?.(owner.key);
    }
  };
}

/** Deleted in a way that concerns its dependents while it is still there. */
function isMarked({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined && (metadata.finalizers ?? []).length > 0;
}

async function find(
  api: ApiClient,
  kind: KindInfo,
  key: ObjectKey,
  signal: AbortSignal,
): Promise<KubeObject | undefined> {
  try {
    return await api.get(kind, key, { signal });
  } catch (error) {
    if (isReason(error, "NotFound")) return undefined;
    throw error;
  }
}
