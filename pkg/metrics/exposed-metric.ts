/** One line of what Prometheus reads. */
export interface ExposedValue {
  readonly labels: Readonly<Record<string, string | number | undefined>>;
  readonly value: number;
  /** Where it is not that of the metric. */
  readonly metricName?: string;
}

/** A metric and its values, as they are now. */
export interface MeasuredFamily {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram" | "summary";
  readonly values: readonly ExposedValue[];
}

/** Whatever has values when somebody asks. */
export interface ExposedMetric {
  readonly name: string;
  get(): Promise<MeasuredFamily>;
}
