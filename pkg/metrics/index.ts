/** Prometheus metrics; the only user of prom-client. */
export type { Counter, Gauge, Histogram } from "prom-client";
export { type HistogramOptions, type MetricOptions, Metrics } from "./registry.ts";
