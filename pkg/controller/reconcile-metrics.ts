import type { Counter, Gauge, Histogram, Metrics } from "../metrics/index.ts";
import type { QueueObserver } from "../workqueue/index.ts";
import { type Outcome, outcomes } from "./settle.ts";

/** The metrics of all controllers; label `controller` is one of a closed set. */
export class ReconcileMetrics {
  readonly lists: Counter<"resource">;
  readonly #results: Counter<"controller" | "result">;
  readonly #seconds: Histogram<"controller">;
  readonly #depth: Gauge<"controller">;
  readonly #adds: Counter<"controller">;
  readonly #retries: Counter<"controller">;
  readonly #waits: Histogram<"controller">;

  constructor(metrics: Metrics) {
    const labels = ["controller"] as const;
    const buckets = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60];
    this.lists = metrics.counter({
      name: "plush_informer_lists_total",
      help: "Full lists of a kind: one at the start, and one whenever a watch has lost its place.",
      labels: ["resource"],
    });
    this.#results = metrics.counter({
      name: "plush_reconcile_total",
      help: "Reconciles that ended, by what came of them.",
      labels: ["controller", "result"],
    });
    this.#seconds = metrics.histogram({
      name: "plush_reconcile_seconds",
      help: "How long reconciles took.",
      labels,
      buckets,
    });
    this.#depth = metrics.gauge({ name: "plush_workqueue_depth", help: "Keys that wait for a reconcile.", labels });
    this.#adds = metrics.counter({
      name: "plush_workqueue_adds_total",
      help: "Keys added to a queue that did not hold them.",
      labels,
    });
    this.#retries = metrics.counter({
      name: "plush_workqueue_retries_total",
      help: "Keys added again after a failure.",
      labels,
    });
    this.#waits = metrics.histogram({
      name: "plush_workqueue_latency_seconds",
      help: "How long keys waited for a reconcile.",
      labels,
      buckets,
    });
  }

  /** Sets all series of a controller to zero, so that its first error is a step in a graph and not a new line. */
  add(controller: string): QueueObserver {
    for (const result of outcomes) this.#results.inc({ controller, result }, 0);
    this.#seconds.zero({ controller });
    this.#waits.zero({ controller });
    this.#depth.set({ controller }, 0);
    this.#adds.inc({ controller }, 0);
    this.#retries.inc({ controller }, 0);
    return {
      added: () => this.#adds.inc({ controller }),
      retried: () => this.#retries.inc({ controller }),
      depth: (keys) => this.#depth.set({ controller }, keys),
      waited: (seconds) => this.#waits.observe({ controller }, seconds),
    };
  }

  ended(controller: string, result: Outcome, seconds: number): void {
    this.#results.inc({ controller, result });
    this.#seconds.observe({ controller }, seconds);
  }
}
