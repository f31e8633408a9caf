import { Counter, Gauge, Histogram, Registry } from "prom-client";

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
    return new Counter({
      name: options.name,
      help: options.help,
      labelNames: options.labels ?? [],
      registers: [this.#registry],
    });
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
    return new Histogram({
      name: options.name,
      help: options.help,
      labelNames: options.labels ?? [],
      buckets: [...options.buckets],
      registers: [this.#registry],
    });
  }

  /** The Prometheus text exposition format. */
  async text(): Promise<{ readonly contentType: string; readonly body: string }> {
    return { contentType: this.#registry.contentType, body: await this.#registry.metrics() };
  }
}
