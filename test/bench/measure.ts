/** What something comes to with so many agents as there are. */
export interface Point {
  readonly series: string;
  /** "%": of a core. */
  readonly unit: "s" | "%" | "MB" | "/s";
  readonly value: number;
}

/** One line of the benchmark's table. */
export interface Figure {
  readonly work: string;
  /** What it is held against, measured in the same run; "" where the bar is absolute. */
  readonly reference: string;
  readonly measured: string;
  readonly bar: string;
  readonly met: boolean;
  /** For a picture of how it grows with the number of agents. */
  readonly points?: readonly Point[];
  /** It was printed when it was found. */
  readonly isTold?: boolean;
}

/** What a benchmark finds, one after the other: what has been found stays where it fails later. */
export type Figures = AsyncGenerator<Figure, void>;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** The value below which so great a part of all values lies: 0.99 is the 99th percentile. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * part) - 1))] ?? Number.NaN;
}

function milliseconds(value: number): string {
  return value >= 10_000 ? `${(value / 1000).toFixed(1)} s` : `${value.toFixed(value < 10 ? 2 : 0)} ms`;
}

/** "min / median / max" of some milliseconds. */
export function spread(values: readonly number[]): string {
  return [quantile(values, 0), median(values), quantile(values, 1)].map(milliseconds).join(" / ");
}

/** A Markdown table. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = figures.map(
    ({ work, reference, measured, bar, met }) =>
      `| ${work} | ${reference} | ${measured} | ${bar} | ${bar === "" ? "" : met ? "met" : "missed"} |`,
  );
  return ["| work | reference, same run | measured | bar | |", "|---|---|---|---|---|", ...rows].join("\n");
}
