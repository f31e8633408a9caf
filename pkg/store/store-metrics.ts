import type { Counter, Histogram, Metrics } from "../metrics/index.ts";

export interface StoreMetrics {
  readonly commitSeconds: Histogram;
  readonly conflicts: Counter;
  readonly failures: Counter;
  readonly swept: Counter;
  /** One was written: so many writes in it, and so many seconds until the disk had them. */
  readonly transaction: (writes: number, seconds: number) => void;
}

const commitBuckets = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2, 10];

/** Registers the store's metrics; the gauges ask when they are read. */
export function makeStoreMetrics(
  metrics: Metrics,
  read: { watchers(): number; objects(): number; revision(): number; compacted(): number; bytes(): number },
): StoreMetrics {
  const gauge = (name: string, help: string, value: () => number): void => {
    metrics.gauge({ name, help, collect: (self) => self.set(value()) });
  };
  gauge("plush_store_watchers", "Watches that are open.", read.watchers);
  gauge("plush_store_objects", "Objects that exist.", read.objects);
  gauge("plush_store_revision", "Newest durable revision.", read.revision);
  gauge("plush_store_compacted_revision", "Oldest revision still known.", read.compacted);
  gauge("plush_store_size_bytes", "Size of the database on the disk, its write-ahead log included.", read.bytes);
  const transactionSeconds = metrics.histogram({
    name: "plush_store_transaction_seconds",
    help: "How long transactions of the database took, with their fsync.",
    buckets: commitBuckets,
  });
  const transactionWrites = metrics.histogram({
    name: "plush_store_transaction_writes",
    help: "Writes in one transaction: commits that come while the disk is busy share one.",
    buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 4000],
  });
  return {
    transaction(writes, seconds) {
      transactionWrites.observe(writes);
      transactionSeconds.observe(seconds);
    },
    commitSeconds: metrics.histogram({
      name: "plush_store_commit_seconds",
      help: "From the decision on a commit until it is durable.",
      buckets: commitBuckets,
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
