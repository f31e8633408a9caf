import { kinds, syncFinalizer } from "../../api/index.ts";
import { releaseFinalizer } from "../../controller/index.ts";
import { isReason } from "../../status/index.ts";
import { type PruneRun, pruneObjects, prunePlanOf } from "./prune-objects.ts";

/**
 * Deletes what a sync that goes has applied, as far as its account may, and lets it go. What stays is told in Events: a
 * sync whose account has gone before it must not stay for ever.
 */
export async function removeSync(run: Omit<PruneRun, "access"> & Partial<Pick<PruneRun, "access">>): Promise<void> {
  const { sync, ports, signal, access } = run;
  const plan = prunePlanOf(run, new Set());
  const left = plan.keep.map(({ why }) => why);
  if (access === undefined) {
    if (plan.remove.length > 0)
      left.push(`${plan.remove.length} objects: ServiceAccount ${sync.spec.serviceAccountName} is not there`);
  } else left.push(...(await pruneObjects({ ...run, access }, plan)).refused.map(({ why }) => why));
  for (const why of left) ports.events.record(sync, "Warning", "Left", `stays: ${why}`);
  await releaseFinalizer({ api: ports.api, kind: kinds.GitSync, object: sync, signal }, syncFinalizer).catch(
    (error: unknown) => {
      if (!isReason(error, "NotFound")) throw error;
    },
  );
}
