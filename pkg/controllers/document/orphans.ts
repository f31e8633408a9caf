import { annotations, kinds, type Orphan, type Resource } from "../../api/index.ts";
import { parseTimestamp } from "../../clock/index.ts";
import type { UnwantedOrphan } from "./plan.ts";
import type { DocumentPorts } from "./ports.ts";

export interface OrphanJudgement {
  readonly unwanted: readonly UnwantedOrphan[];
  readonly recheckAfterMs?: number;
}

/** Orphans that a person gave up, and those that have been unknown for long while nothing else was wrong. */
export function judgeOrphans(resource: Resource, ports: DocumentPorts): OrphanJudgement {
  const observation = ports.fabric.observe(resource.metadata.uid ?? "");
  if (observation.state !== "connected") return { unwanted: [] };
  const waits: number[] = [];
  const unwanted = (resource.status?.orphans ?? []).flatMap((orphan): UnwantedOrphan[] => {
    const report = observation.claims.get(orphan.claimUid);
    const waitMs = waitOf(orphan, resource, ports);
    if (report === undefined || waitMs === undefined) return [];
    if (waitMs <= 0) return [{ orphan, epoch: report.epoch }];
    waits.push(waitMs);
    return [];
  });
  return { unwanted, ...(waits.length > 0 && { recheckAfterMs: Math.min(...waits) }) };
}

/** How long until the orphan may be removed; undefined: never by itself. */
function waitOf({ claimUid, since }: Orphan, { metadata, spec }: Resource, ports: DocumentPorts): number | undefined {
  const named = (metadata.annotations?.[annotations.removeOrphans] ?? "").split(",").map((uid) => uid.trim());
  if (named.includes(claimUid)) return 0;
  const pool = ports.cache(kinds.ResourcePool).get({ namespace: "", name: spec.poolName ?? "" });
  if (ports.removeOrphansAfterMs === undefined || pool?.status?.braked === true) return undefined;
  const nowAt = ports.clock.now();
  return (parseTimestamp(since) ?? nowAt) + ports.removeOrphansAfterMs - nowAt;
}
