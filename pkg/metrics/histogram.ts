import type { ExposedMetric, ExposedValue } from "./exposed-metric.ts";
import { type LabelValues, SeriesMap } from "./series.ts";

interface Observations {
  /** By bucket; the last one is above all bounds. */
  readonly counts: Float64Array;
  sum: number;
}

/** How often values were how large. */
export class Histogram<Label extends string = never> implements ExposedMetric {
  readonly name: string;
  readonly help: string;
  readonly #bounds: readonly number[];
  readonly #series: SeriesMap<Label, Observations>;

  constructor(options: {
    readonly name: string;
    readonly help: string;
    readonly labels: readonly Label[];
    readonly bounds: readonly number[];
  }) {
    this.name = options.name;
    this.help = options.help;
    this.#bounds = options.bounds;
    this.#series = new SeriesMap(options.labels, () => ({
      counts: new Float64Array(options.bounds.length + 1),
      sum: 0,
    }));
    if (options.labels.length === 0) this.#series.at({});
  }

  observe(value: number): void;
  observe(labels: LabelValues<Label>, value: number): void;
  observe(first: LabelValues<Label> | number, second = 0): void {
    const [labels, value] = typeof first === "number" ? [{}, first] : [first, second];
    const observations = this.#series.at(labels);
    const { counts } = observations;
    observations.sum += value;
    let bucket = 0;
    while (value > (this.#bounds[bucket] ?? Number.POSITIVE_INFINITY)) bucket++;
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }

  /** Shows a series before anything was observed in it. */
  zero(labels: LabelValues<Label>): void {
    this.#series.at(labels);
  }

  async get() {
    const values: ExposedValue[] = [];
    for (const { labels, state } of this.#series.all()) {
      let count = 0;
      for (const [bucket, own] of state.counts.entries()) {
        count += own;
        const le = this.#bounds[bucket] ?? "+Inf";
        values.push({ labels: { le, ...labels }, value: count, metricName: `${this.name}_bucket` });
      }
      values.push({ labels, value: state.sum, metricName: `${this.name}_sum` });
      values.push({ labels, value: count, metricName: `${this.name}_count` });
    }
    return { name: this.name, help: this.help, type: "histogram", values } as const;
  }
}
