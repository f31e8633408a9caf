import type { Counter, Histogram, Metrics } from "../metrics/index.ts";

export interface StoreMetrics {
  readonly commitSeconds: Histogram;
  readonly conflicts: Counter;
  readonly failures: Counter;
  readonly swept: Counter;
}

/** Registers the store's metrics; the gauges ask when they are read. */
export function makeStoreMetrics(
  metrics: Metrics,
  read: { watchers(): number; objects(): number; revision(): number; compacted(): number },
): StoreMetrics {
  const gauge = (name: string, help: string, value: () => number): void => {
    metrics.gauge({ name, help, collect: (self) => self.set(value()) });
  };
  gauge("plush_store_watchers", "Watches that are open.", read.watchers);
  gauge("plush_store_objects", "Objects that exist.", read.objects);
  gauge("plush_store_revision", "Newest durable revision.", read.revision);
  gauge("plush_store_compacted_revision", "Oldest revision still known.", read.compacted);
  return {
    commitSeconds: metrics.histogram({
      name: "plush_store_commit_seconds",
      help: "From the decision on a commit until it is durable.",
      buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2, 10],
    }),
    conflicts: metrics.counter({
      name: "plush_store_conflicts_total",
      help: "Commits refused because a precondition did not hold.",
    }),
    failures: metrics.counter({
      name: "plush_store_failed_commits_total",
      help: "Commits that could not be written to the disk.",
    }),
    swept: metrics.counter({
      name: "plush_store_swept_rows_total",
      help: "Rows of the log removed by compaction.",
    }),
  };
}
