import { collectDefaultMetrics, Registry } from "prom-client";
import type { ExposedMetric } from "./exposed-metric.ts";

/**
 * Gauges that are named like counters, each the sum of another one or of no use to anybody; and one that is there only in the moments in
 * which a file is being read, which are as good as none.
 */
const useless = [
  "nodejs_active_handles_total",
  "nodejs_active_requests",
  "nodejs_active_requests_total",
  "nodejs_active_resources_total",
];

/** Of the process there is one, and so are its metrics: whoever shows them shows the same ones. */
let registry: Registry | undefined;

/** process_* and nodejs_*, as all programs of Node have them. */
export function processMetrics(): readonly ExposedMetric[] {
  registry ??= collect();
  return registry.getMetricsAsArray() as unknown as readonly ExposedMetric[];
}

function collect(): Registry {
  const made = new Registry();
  collectDefaultMetrics({ register: made });
  for (const name of useless) made.removeSingleMetric(name);
  return made;
}
