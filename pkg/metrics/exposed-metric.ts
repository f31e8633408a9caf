/** One line of what Prometheus reads. */
export interface ExposedValue {
  readonly labels: Readonly<Record<string, string | number | undefined>>;
  readonly value: number;
  /** Where it is not that of the metric. */
  readonly metricName?: string;
}

/** A metric as prom-client's registry asks for it. */
export interface ExposedMetric {
  readonly name: string;
  get(): Promise<{
    readonly name: string;
    readonly help: string;
    readonly type: "counter" | "histogram";
    readonly aggregator: "sum";
    readonly values: readonly ExposedValue[];
  }>;
}
