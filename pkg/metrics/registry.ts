import { Gauge, type Metric, Registry } from "prom-client";
import { Counter } from "./counter.ts";
import type { ExposedMetric } from "./exposed-metric.ts";
import { Histogram } from "./histogram.ts";

export interface MetricOptions<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly Label[];
}

export interface HistogramOptions<Label extends string> extends MetricOptions<Label> {
  /** Upper bounds in seconds. */
  readonly buckets: readonly number[];
}

/**
 * The metrics of one process. A registry is passed to whoever measures; there is no global one. Label values come
 * from closed sets, never from names of objects.
 */
export class Metrics {
  readonly #registry = new Registry();

  counter<Label extends string = never>(options: MetricOptions<Label>): Counter<Label> {
    const { name, help, labels = [] } = options;
    return this.#add(new Counter({ name, help, labels }));
  }

  gauge<Label extends string = never>(
    options: MetricOptions<Label> & { collect?: (gauge: Gauge<Label>) => void },
  ): Gauge<Label> {
    const { collect } = options;
    return new Gauge<Label>({
      name: options.name,
      help: options.help,
      labelNames: options.labels ?? [],
      registers: [this.#registry],
      ...(collect && {
        collect() {
          collect(this);
        },
      }),
    });
  }

  histogram<Label extends string = never>(options: HistogramOptions<Label>): Histogram<Label> {
    const { name, help, buckets: bounds, labels = [] } = options;
    return this.#add(new Histogram({ name, help, bounds, labels }));
  }

  #add<T extends ExposedMetric>(metric: T): T {
    // The registry asks a metric for no more than its name and its values.
    this.#registry.registerMetric(metric as unknown as Metric);
    return metric;
  }

  /** The Prometheus text exposition format. */
  async text(): Promise<{ readonly contentType: string; readonly body: string }> {
    return { contentType: this.#registry.contentType, body: await this.#registry.metrics() };
  }
}
