import { type GitSyncApplied, kindByName } from "../../api/index.ts";
import { durationMs, parseTimestamp } from "../../clock/index.ts";
import { type Health, type HealthCheck, planHealth } from "./health-plan.ts";
import { type ObjectPlace, shownName } from "./object-id.ts";
import type { SyncRun } from "./sync-run.ts";

/** Whether all that is to be waited for is ready. */
export function healthOf({ sync, memory, ports }: SyncRun, applied: GitSyncApplied | undefined): Health {
  const own = sync.metadata.namespace ?? "";
  const all = sync.spec.wait ? [...memory.applied.values()].map(({ place }) => place).filter(isReadable) : [];
  const named = (sync.spec.healthChecks ?? []).flatMap(
    ({ apiVersion, kind: name, namespace, ...rest }): ObjectPlace[] => {
      const kind = kindByName(apiVersion, name);
      return kind === undefined
        ? []
        : [{ kind, namespace: kind.namespaced ? (namespace ?? own) : "", name: rest.name }];
    },
  );
  const checks = [...all, ...named].map(
    (place): HealthCheck => ({
      shown: shownName(place, own),
      object: ports.find(place.kind, { namespace: place.namespace, name: place.name }),
    }),
  );
  const nowMs = ports.clock.now();
  const sinceMs = applied === undefined ? nowMs : (parseTimestamp(applied.at) ?? nowMs);
  return planHealth({ checks, sinceMs, timeoutMs: durationMs(sync.spec.timeout), nowMs });
}

function isReadable({ kind }: ObjectPlace): boolean {
  return kind.conditions["Ready"] !== undefined;
}
