import { Gauge } from "prom-client";
import { chooseFormat } from "./choose-format.ts";
import { Counter } from "./counter.ts";
import type { ExposedMetric } from "./exposed-metric.ts";
import { Histogram } from "./histogram.ts";
import { processMetrics } from "./process-metrics.ts";
import { contentTypes, writeExposition } from "./write-exposition.ts";

export interface MetricOptions<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly Label[];
}

export interface HistogramOptions<Label extends string> extends MetricOptions<Label> {
  /** Upper bounds, in the unit that the name says. */
  readonly buckets: readonly number[];
}

/**
 * The metrics of one process. A registry is passed to whoever measures; there is no global one. Label values come
 * from closed sets, never from names of objects.
 */
export class Metrics {
  readonly #metrics = new Map<string, ExposedMetric>();

  counter<Label extends string = never>(options: MetricOptions<Label>): Counter<Label> {
    const { name, help, labels = [] } = options;
    return this.#add(new Counter({ name, help, labels }));
  }

  gauge<Label extends string = never>(
    options: MetricOptions<Label> & { collect?: (gauge: Gauge<Label>) => void },
  ): Gauge<Label> {
    const { collect } = options;
    const gauge = new Gauge<Label>({
      name: options.name,
      help: options.help,
      labelNames: options.labels ?? [],
      registers: [],
      ...(collect && {
        collect() {
          collect(this);
        },
      }),
    });
    this.#add({ name: options.name, get: async () => ({ ...(await gauge.get()), type: "gauge" }) });
    return gauge;
  }

  histogram<Label extends string = never>(options: HistogramOptions<Label>): Histogram<Label> {
    const { name, help, buckets: bounds, labels = [] } = options;
    return this.#add(new Histogram({ name, help, bounds, labels }));
  }

  /** Adds how this process itself does: its memory, its processor time, its event loop. */
  addProcess(): void {
    for (const metric of processMetrics()) this.#add(metric);
  }

  /** What Prometheus reads, in the format that an Accept header asks for. */
  async text(accept?: string): Promise<{ readonly contentType: string; readonly body: string }> {
    const format = chooseFormat(accept);
    const families = await Promise.all([...this.#metrics.values()].map((metric) => metric.get()));
    return { contentType: contentTypes[format], body: writeExposition(families, format) };
  }

  #add<T extends ExposedMetric>(metric: T): T {
    if (this.#metrics.has(metric.name)) throw new Error(`there are two metrics of name ${metric.name}`);
    this.#metrics.set(metric.name, metric);
    return metric;
  }
}
