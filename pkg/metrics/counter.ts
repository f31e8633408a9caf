import type { ExposedMetric, ExposedValue } from "./exposed-metric.ts";
import { type LabelValues, SeriesMap } from "./series.ts";

/** A number that only grows. */
export class Counter<Label extends string = never> implements ExposedMetric {
  readonly name: string;
  readonly help: string;
  readonly #series: SeriesMap<Label, { value: number }>;

  constructor(options: { readonly name: string; readonly help: string; readonly labels: readonly Label[] }) {
    this.name = options.name;
    this.help = options.help;
    this.#series = new SeriesMap(options.labels, () => ({ value: 0 }));
    if (options.labels.length === 0) this.#series.at({});
  }

  inc(count?: number): void;
  inc(labels: LabelValues<Label>, count?: number): void;
  inc(first: LabelValues<Label> | number = 1, count = 1): void {
    if (typeof first === "number") this.#series.at({}).value += first;
    else this.#series.at(first).value += count;
  }

  async get() {
    const values: ExposedValue[] = [];
    for (const { labels, state } of this.#series.all()) values.push({ labels, value: state.value });
    return { name: this.name, help: this.help, type: "counter", values } as const;
  }
}
