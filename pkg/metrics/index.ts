/** Prometheus metrics; the only user of prom-client. And the text format, read and put together. */
export type { Gauge } from "prom-client";
export type { Counter } from "./counter.ts";
export type { Histogram } from "./histogram.ts";
export { type Exposition, mergeExpositions } from "./merge-expositions.ts";
export { type Family, parseExposition } from "./parse-exposition.ts";
export { type HistogramOptions, type MetricOptions, Metrics } from "./registry.ts";
