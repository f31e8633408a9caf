import type { Counter, Histogram, Metrics } from "../../metrics/index.ts";

export type ObjectChange = "created" | "configured" | "healed" | "pruned";

export interface GitSyncMetrics {
  readonly syncs: Counter<"result">;
  readonly objects: Counter<"change">;
  readonly fetchSeconds: Histogram;
  readonly applySeconds: Histogram;
}

/** All series are there from the start. */
export function makeGitSyncMetrics(metrics: Metrics): GitSyncMetrics {
  const made: GitSyncMetrics = {
    syncs: metrics.counter({
      name: "plush_gitsync_syncs_total",
      help: "Commits of GitSyncs that were to be applied, by what came of it.",
      labels: ["result"],
    }),
    objects: metrics.counter({
      name: "plush_gitsync_objects_total",
      help: "Objects that GitSyncs changed, by what was done.",
      labels: ["change"],
    }),
    fetchSeconds: metrics.histogram({
      name: "plush_gitsync_fetch_seconds",
      help: "How long asking a repository for its newest commit took.",
      buckets: [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30],
    }),
    applySeconds: metrics.histogram({
      name: "plush_gitsync_apply_seconds",
      help: "From a new commit being seen to its being applied.",
      buckets: [0.03, 0.1, 0.3, 1, 3, 10, 30, 100],
    }),
  };
  for (const result of ["applied", "failed"]) made.syncs.inc({ result }, 0);
  for (const change of ["created", "configured", "healed", "pruned"]) made.objects.inc({ change }, 0);
  return made;
}
