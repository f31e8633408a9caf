import type { GitSync } from "../../api/index.ts";
import { isReason, StatusError } from "../../status/index.ts";
import { inventoryOf } from "./claims.ts";
import { tellChange } from "./events.ts";
import { managerOf, syncManagers } from "./manager.ts";
import { idOf, type ObjectPlace, shownName } from "./object-id.ts";
import type { AccountAccess, GitSyncPorts } from "./ports.ts";
import { type PrunePlan, planPrune } from "./prune-plan.ts";

export interface PruneRun {
  readonly sync: GitSync;
  readonly access: Pick<AccountAccess, "client">;
  readonly ports: GitSyncPorts;
  readonly signal: AbortSignal;
  readonly told: { changes: number };
}

export interface Pruned {
  readonly count: number;
  /** They are there still, because their deletion was refused. */
  readonly refused: readonly (ObjectPlace & { readonly why: string })[];
}

/** What of a sync's inventory goes where `wanted` is what it is to have. */
export function prunePlanOf({ sync, ports }: Pick<PruneRun, "sync" | "ports">, wanted: ReadonlySet<string>): PrunePlan {
  return planPrune({
    sync,
    manager: managerOf(sync),
    inventory: inventoryOf(sync),
    wanted,
    live({ kind, namespace, name }) {
      const object = ports.find(kind, { namespace, name });
      return object && { object, managers: syncManagers(object) };
    },
  });
}

/** Deletes what the plan says, one after the other, with the account's rights. */
export async function pruneObjects(run: PruneRun, { remove }: PrunePlan): Promise<Pruned> {
  const { access, signal, sync } = run;
  const refused: (ObjectPlace & { readonly why: string })[] = [];
  let count = 0;
  for (const { uid, ...place } of remove) {
    signal.throwIfAborted();
    const { kind, namespace, name } = place;
    try {
      await access.client.delete(kind, { namespace, name }, { preconditions: { uid }, signal });
      tellChange(run, "pruned", place);
      count++;
    } catch (error) {
      if (isReason(error, "NotFound")) continue;
      if (!(error instanceof StatusError)) throw error;
      refused.push({ ...place, why: `${shownName(place, sync.metadata.namespace ?? "")}: ${error.message}` });
    }
  }
  return { count, refused };
}

/** Ids of places. */
export function idsOf(places: readonly ObjectPlace[]): ReadonlySet<string> {
  return new Set(places.map(idOf));
}
