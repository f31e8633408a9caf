import type { ObjectChange } from "./metrics.ts";
import { type ObjectPlace, shownName } from "./object-id.ts";
import type { SyncRun } from "./sync-run.ts";

const reasons: Readonly<Record<ObjectChange, string>> = {
  created: "Created",
  configured: "Configured",
  healed: "Healed",
  pruned: "Pruned",
};

/** So many objects are told of one by one in a pass: an object may report so much, and the sum is to be told too. */
const maxTold = 15;

/** An Event of the sync, and a number, for each object that it changes. */
export function tellChange(
  { sync, ports, told }: Pick<SyncRun, "sync" | "ports" | "told">,
  change: ObjectChange,
  place: ObjectPlace,
  detail = "",
): void {
  ports.metrics.objects.inc({ change });
  told.changes++;
  if (told.changes > maxTold) return;
  const shown = shownName(place, sync.metadata.namespace ?? "");
  ports.events.record(sync, "Normal", reasons[change], `${shown}${detail === "" ? "" : `: ${detail}`}`);
}
