import {
  cleanupFinalizer,
  controllerRef,
  kinds,
  labels,
  machineFinalizer,
  type Resource,
  type ResourcePool,
} from "../../api/index.ts";
import type { ApiClient, DeleteOptions } from "../../client/index.ts";
import { releaseFinalizer } from "../../controller/index.ts";
import { isReason } from "../../status/index.ts";
import type { MachineAction } from "./machine-plan.ts";

/** Does one thing to one Resource of a pool. What is gone already needs no deletion. */
export async function act(
  action: MachineAction,
  { pool, isMade }: { readonly pool: ResourcePool; readonly isMade: boolean },
  api: ApiClient,
  signal: AbortSignal,
): Promise<void> {
  switch (action.kind) {
    case "create":
      await api.create(kinds.Resource, newResource(action, pool, isMade), { signal });
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
      await remove(action.resource, api, { signal });
      return;
    case "giveBack": {
      const { uid = "", resourceVersion = "" } = action.resource.metadata;
      await remove(action.resource, api, { preconditions: { uid, resourceVersion }, signal });
      return;
    }
    case "release":
      await releaseFinalizer({ api, kind: kinds.Resource, object: action.resource, signal }, machineFinalizer);
  }
}

function newResource(
  { name, spec }: Extract<MachineAction, { kind: "create" }>,
  pool: ResourcePool,
  isMade: boolean,
): Resource {
  const metadata = {
    name,
    labels: ownLabels(pool, spec.labels),
    // The agent goes first, then the machine.
    finalizers: isMade ? [cleanupFinalizer, machineFinalizer] : [cleanupFinalizer],
    ownerReferences: [controllerRef(pool, kinds.ResourcePool)],
  };
  return { apiVersion: "plush.dev/v1", kind: "Resource", metadata, spec };
}

/** The host's labels are the Resource's too, so that `-l site=sjc` finds it. */
function ownLabels(pool: ResourcePool, given: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return { ...given, [labels.pool]: pool.metadata.name ?? "" };
}

async function remove({ metadata }: Resource, api: ApiClient, options: DeleteOptions): Promise<void> {
  try {
    await api.delete(kinds.Resource, { namespace: "", name: metadata.name ?? "" }, options);
  } catch (error) {
    // What has changed since it was looked at is looked at again.
    if (isReason(error, "NotFound") || (options.preconditions !== undefined && isReason(error, "Conflict"))) return;
    throw error;
  }
}
