import { type KindInfo, type KubeObject, kindByName, type ObjectKey, type OwnerReference } from "../../api/index.ts";
import type { ControllerPorts } from "../../controller/index.ts";
import { isReason } from "../../status/index.ts";
import type { OwnershipGraph } from "./ownership-graph.ts";
import { foregroundFinalizer, type GarbageInput, type OwnerObservation, type OwnerState } from "./plan.ts";

export type ObservePorts = Pick<ControllerPorts, "api" | "cache">;

/**
 * Looks at one object's owners and dependents. An owner that the cache does not have is asked for, by name and uid: only
 * the server's own word makes it absent.
 */
export async function observeGarbage(
  kind: KindInfo,
  object: KubeObject,
  ports: ObservePorts,
  graph: OwnershipGraph,
  signal: AbortSignal,
): Promise<GarbageInput> {
  const references = object.metadata.ownerReferences ?? [];
  const owners = await Promise.all(
    references.map(async (reference): Promise<OwnerObservation> => {
      const state = await observeOwner({ kind, object, reference }, ports, signal);
      return { reference, state };
    }),
  );
  const dependents = graph.dependentsOf(object.metadata.uid ?? "").flatMap((ref) => {
    const found = ports.cache(ref.kind).byUid(ref.uid);
    return found === undefined ? [] : [found];
  });
  return { object, owners, dependents };
}

interface Ownership {
  readonly kind: KindInfo;
  readonly object: KubeObject;
  readonly reference: OwnerReference;
}

async function observeOwner(ownership: Ownership, ports: ObservePorts, signal: AbortSignal): Promise<OwnerState> {
  const { reference, kind, object } = ownership;
  const ownerKind = kindByName(reference.apiVersion, reference.kind);
  // A kind that is not served here, and an owner that no dependent outside its namespace can have.
  if (ownerKind === undefined || (ownerKind.namespaced && !kind.namespaced)) return "unknown";
  const cached = ports.cache(ownerKind).byUid(reference.uid);
  if (cached !== undefined) return stateOf(cached);
  const key: ObjectKey = {
    namespace: ownerKind.namespaced ? (object.metadata.namespace ?? "") : "",
    name: reference.name,
  };
  try {
    const found = await ports.api.get(ownerKind, key, { signal });
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
