/** Prometheus metrics; the only user of prom-client. */
export type { Gauge } from "prom-client";
export type { Counter } from "./counter.ts";
export type { Histogram } from "./histogram.ts";
export { type HistogramOptions, type MetricOptions, Metrics } from "./registry.ts";
