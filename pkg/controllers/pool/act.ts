import { cleanupFinalizer, controllerRef, kinds, labels, type Resource, type ResourcePool } from "../../api/index.ts";
import type { ApiClient } from "../../client/index.ts";
import { isReason } from "../../status/index.ts";
import type { MachineAction } from "./machine-plan.ts";

/** Does one thing to one Resource of a pool. What is gone already needs no deletion. */
export async function act(
  action: MachineAction,
  pool: ResourcePool,
  api: ApiClient,
  signal: AbortSignal,
): Promise<void> {
  switch (action.kind) {
    case "create":
      await api.create(kinds.Resource, newResource(action, pool), { signal });
      return;
    case "update": {
      const { resource, spec } = action;
      const metadata = {
        ...resource.metadata,
        labels: { ...resource.metadata.labels, ...ownLabels(pool, spec.labels) },
      };
      const next: Resource = { ...resource, metadata, spec };
      await api.update(kinds.Resource, next, { signal });
      return;
    }
    case "annotate": {
      const { resource, annotation, value } = action;
      const annotations = { ...resource.metadata.annotations, [annotation]: value };
      const next: Resource = { ...resource, metadata: { ...resource.metadata, annotations } };
      await api.update(kinds.Resource, next, { signal });
      return;
    }
    case "delete":
      await remove(action.resource.metadata.name ?? "", api, signal);
  }
}

function newResource({ name, spec }: Extract<MachineAction, { kind: "create" }>, pool: ResourcePool): Resource {
  const metadata = {
    name,
    labels: ownLabels(pool, spec.labels),
    finalizers: [cleanupFinalizer],
    ownerReferences: [controllerRef(pool, kinds.ResourcePool)],
  };
  return { apiVersion: "plush.dev/v1", kind: "Resource", metadata, spec };
}

/** The host's labels are the Resource's too, so that `-l site=sjc` finds it. */
function ownLabels(pool: ResourcePool, given: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return { ...given, [labels.pool]: pool.metadata.name ?? "" };
}

async function remove(name: string, api: ApiClient, signal: AbortSignal): Promise<void> {
  try {
    await api.delete(kinds.Resource, { namespace: "", name }, { signal });
  } catch (error) {
    if (!isReason(error, "NotFound")) throw error;
  }
}
