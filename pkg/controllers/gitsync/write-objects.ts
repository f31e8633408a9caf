import type { KubeObject } from "../../api/index.ts";
import {
  applyOptions,
  type CheckedManifest,
  faultsOf,
  type ManifestFault,
  objectChanges,
} from "../../manifests/index.ts";
import { equalJson } from "../../merge/index.ts";
import { StatusError } from "../../status/index.ts";
import { tellChange } from "./events.ts";
import { managerOf } from "./manager.ts";
import { stampOf } from "./object-id.ts";
import { faultsFailure } from "./sync-failure.ts";
import type { SyncRun } from "./sync-run.ts";

/** How many objects were changed. */
export interface Changes {
  readonly created: number;
  readonly configured: number;
}

/**
 * Applies what differs, one after the other. One that is refused, which the dry run did not foresee, does not keep the
 * others from being applied. Rejects with SyncFailure then.
 */
export async function writeObjects(run: SyncRun, checked: readonly CheckedManifest[]): Promise<Changes> {
  const faults: ManifestFault[] = [];
  let [created, configured] = [0, 0];
  for (const item of checked) {
    run.signal.throwIfAborted();
    try {
      const change = await write(run, item);
      if (change === "created") created++;
      if (change === "configured") configured++;
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      faults.push(...faultsOf(item.manifest, error));
    }
  }
  if (faults.length > 0) throw faultsFailure("ApplyFailed", faults);
  return { created, configured };
}

async function write(run: SyncRun, { manifest, live, preview }: CheckedManifest) {
  const { sync, access, memories, signal } = run;
  const { kind, namespace, name, object, isHidden = false } = manifest;
  const manager = managerOf(sync);
  const isSame = live !== undefined && isUnchanged(live, preview, manager);
  const patch = { type: "apply" as const, body: object };
  const written = isSame
    ? live
    : await access.client.patch(kind, { namespace, name }, patch, { ...applyOptions(manager, true), signal });
  const place = { kind, namespace, name };
  memories.remember(sync, { place, object, isHidden, stamp: stampOf(kind, written), drift: undefined });
  if (isSame) return "unchanged";
  const change = live === undefined ? "created" : "configured";
  tellChange(run, change, place);
  return change;
}

/** Neither what it says would be another, nor who says it. */
function isUnchanged(live: KubeObject, preview: KubeObject, manager: string): boolean {
  return objectChanges(live, preview).length === 0 && equalJson(fieldsOf(live, manager), fieldsOf(preview, manager));
}

function fieldsOf({ metadata }: KubeObject, manager: string): unknown {
  return metadata.managedFields?.find((entry) => entry.manager === manager && entry.operation === "Apply")?.fieldsV1;
}
