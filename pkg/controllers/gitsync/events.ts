import type { ObjectChange } from "./metrics.ts";
import { type ObjectPlace, shownName } from "./object-id.ts";
import type { SyncRun } from "./sync-run.ts";

const reasons: Readonly<Record<ObjectChange, string>> = {
  created: "Created",
  configured: "Configured",
  healed: "Healed",
  pruned: "Pruned",
};

/** An Event of the sync, and a number, for each object that it changes. */
export function tellChange(
  { sync, ports }: Pick<SyncRun, "sync" | "ports">,
  change: ObjectChange,
  place: ObjectPlace,
  detail = "",
): void {
  ports.metrics.objects.inc({ change });
  const shown = shownName(place, sync.metadata.namespace ?? "");
  ports.events.record(sync, "Normal", reasons[change], `${shown}${detail === "" ? "" : `: ${detail}`}`);
}
