import { type GitSyncApplied, type GitSyncStatus, kinds, type SyncedObject, syncFinalizer } from "../../api/index.ts";
import { formatTimestamp } from "../../clock/index.ts";
import { ensureFinalizer, writeStatus } from "../../controller/index.ts";
import type { GitTree } from "../../git/index.ts";
import type { LocatedManifest } from "../../manifests/index.ts";
import { checkCommit } from "./check-commit.ts";
import { inventoryOf } from "./claims.ts";
import { idOf, syncedObject } from "./object-id.ts";
import { idsOf, pruneObjects, prunePlanOf } from "./prune-objects.ts";
import { SyncFailure } from "./sync-failure.ts";
import type { SyncRun } from "./sync-run.ts";
import { writeObjects } from "./write-objects.ts";

/** A commit that is there as a whole. */
export interface AppliedCommit {
  readonly applied: GitSyncApplied;
  readonly inventory: readonly SyncedObject[];
}

/**
 * Makes what is there what a commit says: checks all of it, applies it, prunes. Rejects with SyncFailure; where anything
 * is at fault before the first write, nothing was changed.
 */
export async function applyCommit(run: SyncRun, tree: GitTree): Promise<AppliedCommit> {
  const { manifests, checked } = await checkCommit(run, tree);
  await announce(run, tree.commit, manifests);
  const { created, configured } = await writeObjects(run, checked);
  const wanted = idsOf(manifests);
  for (const id of [...run.memory.applied.keys()]) if (!wanted.has(id)) run.memories.drop(run.sync, id);
  const plan = prunePlanOf(run, wanted);
  const { count, refused } = await pruneObjects(run, plan);
  run.memory.kept = plan.keep.map(({ why }) => why);
  if (refused.length > 0) throw new SyncFailure("PruneFailed", refused.map(({ why }) => why).join("\n"));
  const { ports, sync } = run;
  if (created + configured + count > 0 || sync.status?.applied?.revision !== tree.commit) {
    const counts = `${created} created, ${configured} changed, ${count} pruned`;
    ports.events.record(sync, "Normal", "Applied", `${tree.commit}: ${counts}`);
  }
  return {
    applied: { revision: tree.commit, at: formatTimestamp(ports.clock.now()), objects: manifests.length },
    inventory: [...manifests, ...plan.keep].map(syncedObject),
  };
}

/** What is about to be applied stands in the inventory before it is: whatever happens then, it is known whose it is. */
async function announce(run: SyncRun, revision: string, manifests: readonly LocatedManifest[]): Promise<void> {
  const { ports, signal } = run;
  const write = { api: ports.api, kind: kinds.GitSync, signal };
  run.sync = await ensureFinalizer({ ...write, object: run.sync }, syncFinalizer);
  const known = idsOf(inventoryOf(run.sync));
  const added = manifests.filter((manifest) => !known.has(idOf(manifest)));
  if (added.length === 0) return;
  const inventory = [...(run.sync.status?.inventory ?? []), ...added.map(syncedObject)];
  const status: GitSyncStatus = { ...run.sync.status, revision, inventory };
  run.sync = await writeStatus({ ...write, object: run.sync }, status);
}
