import {
  type KindInfo,
  type KubeObject,
  kindByName,
  type ObjectKey,
  type OwnerReference,
  sourceOf,
} from "../../api/index.ts";
import type { ApiClient } from "../../client/index.ts";
import { isReason } from "../../status/index.ts";
import type { OwnershipGraph } from "./ownership-graph.ts";
import { foregroundFinalizer, type GarbageInput, type OwnerObservation, type OwnerState } from "./plan.ts";

export interface ObservePorts {
  readonly api: ApiClient;
  readonly graph: OwnershipGraph;
  readonly signal: AbortSignal;
}

/**
 * Looks at one object's owners and dependents. An owner that the graph does not have is asked for, by name and uid: only
 * the server's own word makes it absent.
 */
export async function observeGarbage(kind: KindInfo, object: KubeObject, ports: ObservePorts): Promise<GarbageInput> {
  const references = object.metadata.ownerReferences ?? [];
  const owners = await Promise.all(
    references.map(async (reference): Promise<OwnerObservation> => {
      const state = await observeOwner({ kind, object, reference }, ports);
      return { reference, state };
    }),
  );
  const dependents = ports.graph.dependentsOf(object.metadata.uid ?? "").map((dependent) => dependent.object);
  return { object, owners, dependents };
}

interface OwnedBy {
  readonly kind: KindInfo;
  readonly object: KubeObject;
  readonly reference: OwnerReference;
}

async function observeOwner(
  { reference, kind, object }: OwnedBy,
  { api, graph, signal }: ObservePorts,
): Promise<OwnerState> {
  const named = kindByName(reference.apiVersion, reference.kind);
  const ownerKind = named && sourceOf(named);
  // A kind that is not served here, and an owner that no dependent outside its namespace can have.
  if (ownerKind === undefined || (ownerKind.namespaced && !kind.namespaced)) return "unknown";
  const known = graph.find(reference.uid);
  if (known?.kind === ownerKind) return stateOf(known.object);
  const key: ObjectKey = {
    namespace: ownerKind.namespaced ? (object.metadata.namespace ?? "") : "",
    name: reference.name,
  };
  try {
    const found = await api.get(ownerKind, key, { signal });
    return found.metadata.uid === reference.uid ? stateOf(found) : "absent";
  } catch (error) {
    if (isReason(error, "NotFound")) return "absent";
    throw error;
  }
}

function stateOf({ metadata }: KubeObject): OwnerState {
  const isWaiting =
    metadata.deletionTimestamp !== undefined && (metadata.finalizers ?? []).includes(foregroundFinalizer);
  return isWaiting ? "waiting" : "present";
}
