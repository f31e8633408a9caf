import type { Metrics } from "../metrics/index.ts";

const results = ["taken", "refused", "failed", "gone", "givenUp", "leftOut"] as const;

/** What becomes of Events at sinks. */
export interface SinkMeter {
  count(result: (typeof results)[number]): void;
  took(seconds: number): void;
}

/** `lagSeconds`: how long the oldest Event that is being sent has waited; asked when metrics are read. */
export function makeSinkMeter(metrics: Metrics, lagSeconds: () => number): SinkMeter {
  const events = metrics.counter<"result">({
    name: "plush_sink_events_total",
    help: "Events at sinks: taken, refused, failed (and tried again), sent to one that wants no more (gone), given up, or left out as repeats.",
    labels: ["result"],
  });
  const seconds = metrics.histogram({
    name: "plush_sink_request_seconds",
    help: "How long receivers of Events took to answer, or were waited for.",
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  });
  metrics.gauge({
    name: "plush_sink_lag_seconds",
    help: "How long ago the oldest Event happened that a sink is trying to send; 0: none is.",
    collect: (gauge) => gauge.set(lagSeconds()),
  });
  for (const result of results) events.inc({ result }, 0);
  return { count: (result) => events.inc({ result }), took: (value) => seconds.observe(value) };
}
