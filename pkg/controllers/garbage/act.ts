import type { KindInfo, KubeObject } from "../../api/index.ts";
import { keyOf } from "../../api/index.ts";
import type { ApiClient } from "../../client/index.ts";
import { releaseFinalizer } from "../../controller/index.ts";
import { isReason } from "../../status/index.ts";
import type { OwnershipGraph } from "./ownership-graph.ts";
import type { GarbageAction } from "./plan.ts";

export interface GarbageAct {
  readonly api: ApiClient;
  readonly kind: KindInfo;
  readonly object: KubeObject;
  readonly graph: OwnershipGraph;
  readonly signal: AbortSignal;
}

/** Does one action. What is gone already is fine; what has changed meanwhile is a Conflict, and is looked at again. */
export async function actOnGarbage(act: GarbageAct, action: GarbageAction): Promise<void> {
  const { api, kind, object, signal } = act;
  try {
    switch (action.kind) {
      case "delete": {
        const { uid, resourceVersion } = object.metadata;
        const preconditions = {
          ...(uid !== undefined && { uid }),
          ...(resourceVersion !== undefined && { resourceVersion }),
        };
        await api.delete(kind, keyOf(object), { propagationPolicy: action.policy, preconditions, signal });
        break;
      }
      case "dropOwners":
        await dropOwners(api, kind, object, action.uids, signal);
        break;
      case "orphanDependents":
        await orphanDependents(act);
        break;
      case "releaseFinalizer":
        await releaseFinalizer({ api, kind, object, signal }, action.finalizer);
        break;
    }
  } catch (error) {
    if (!isReason(error, "NotFound")) throw error;
  }
}

async function dropOwners(
  api: ApiClient,
  kind: KindInfo,
  object: KubeObject,
  uids: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const ownerReferences = (object.metadata.ownerReferences ?? []).filter(({ uid }) => !uids.includes(uid));
  await api.update(kind, { ...object, metadata: { ...object.metadata, ownerReferences } }, { signal });
}

/** Strips this object's uid from all that name it; read anew, because the cache may lag behind what was written. */
async function orphanDependents({ api, object, graph, signal }: GarbageAct): Promise<void> {
  const { uid } = object.metadata;
  if (uid === undefined) return;
  for (const { kind, key } of graph.dependentsOf(uid)) {
    try {
      const dependent = await api.get(kind, key, { signal });
      if ((dependent.metadata.ownerReferences ?? []).some((owner) => owner.uid === uid))
        await dropOwners(api, kind, dependent, [uid], signal);
    } catch (error) {
      if (!isReason(error, "NotFound")) throw error;
    }
  }
}
