import { collectDefaultMetrics, Registry } from "prom-client";
import type { ExposedMetric } from "./exposed-metric.ts";

/** Gauges that are named like counters: each is the sum of another one that is there too, or of no use to anybody. */
const misnamed = ["nodejs_active_handles_total", "nodejs_active_requests_total", "nodejs_active_resources_total"];

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
  for (const name of misnamed) made.removeSingleMetric(name);
  return made;
}
