import type { Point } from "./measure.ts";

/** What one thing comes to with so many agents. */
export interface Series {
  readonly name: string;
  readonly unit: Point["unit"];
  readonly points: readonly { readonly agents: number; readonly value: number }[];
}

/** Told apart by people who see colours otherwise, too (Okabe and Ito, and grey in place of their yellow). */
const colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#888888"];

/** A line for each point: what, in which unit, agents, value. */
export function growthAsCsv(series: readonly Series[]): string {
  const rows = series.flatMap(({ name, unit, points }) =>
    points.map(({ agents, value }) => `${name.replaceAll(",", ";")},${unit},${agents},${value.toFixed(3)}`),
  );
  return ["series,unit,agents,value", ...rows, ""].join("\n");
}

/** A Markdown table with a row for each number of agents. */
export function growthAsTable(series: readonly Series[]): string {
  const sizes = [...new Set(series.flatMap(({ points }) => points.map(({ agents }) => agents)))];
  const cell = (agents: number, { unit, points }: Series): string => {
    const value = points.find((point) => point.agents === agents)?.value;
    return value === undefined ? "" : `${Number(value.toPrecision(3))}${unit === "%" ? "%" : ` ${unit}`}`;
  };
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [
    row(["agents", ...series.map(({ name }) => name)]),
    `|${"---|".repeat(series.length + 1)}`,
    ...sizes.map((agents) => row([agents.toLocaleString("en"), ...series.map((one) => cell(agents, one))])),
  ].join("\n");
}

/** Both axes are logarithmic: what grows as the number of agents does rises by a decade with each decade. */
export function growthAsSvg(series: readonly Series[]): string {
  const [width, height, left, right, bottom] = [800, 380, 60, 270, 40];
  const points = series.flatMap((one) => one.points);
  const decades = (values: readonly number[]): readonly [number, number] => [
    Math.floor(Math.log10(Math.min(...values))),
    Math.ceil(Math.log10(Math.max(...values))),
  ];
  const [firstX, lastX] = decades(points.map(({ agents }) => agents));
  const [firstY, lastY] = decades(points.map(({ value }) => value));
  const x = (agents: number): number =>
    left + ((width - left - right) * (Math.log10(agents) - firstX)) / Math.max(1, lastX - firstX);
  const y = (value: number): number =>
    height - bottom - ((height - bottom - 20) * (Math.log10(value) - firstY)) / Math.max(1, lastY - firstY);
  // Where all have one unit it stands at the axis, else beside their names.
  const shared = new Set(series.map(({ unit }) => unit)).size === 1 ? series[0]?.unit : undefined;
  const lines = series.map(({ name, unit, points: own }, index) => {
    const colour = colours[index % colours.length] ?? "#222";
    const path = own.map(
      ({ agents, value }, at) => `${at === 0 ? "M" : "L"}${x(agents).toFixed(1)} ${y(value).toFixed(1)}`,
    );
    const dots = own.map(
      ({ agents, value }) =>
        `<circle cx="${x(agents).toFixed(1)}" cy="${y(value).toFixed(1)}" r="3" fill="${colour}"/>`,
    );
    const legend = `<text x="${width - right + 16}" y="${36 + 20 * index}" fill="${colour}">${shared === undefined ? `${name}, ${unit}` : name}</text>`;
    return `<path d="${path.join("")}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join("")}${legend}`;
  });
  const rangeOf = (first: number, last: number): readonly number[] =>
    Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index));
  const xTicks = rangeOf(firstX, lastX).map(
    (agents) => `<text x="${x(agents).toFixed(1)}" y="${height - bottom + 16}" text-anchor="middle">${agents}</text>`,
  );
  const yTicks = rangeOf(firstY, lastY).map(
    (value) =>
      `<path d="M${left} ${y(value).toFixed(1)}H${width - right}" stroke="#ddd"/><text x="${left - 8}" y="${(y(value) + 4).toFixed(1)}" text-anchor="end">${Number(value.toPrecision(1))}${shared === undefined ? "" : ` ${shared}`}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<rect width="${width}" height="${height}" fill="#fff"/>
${yTicks.join("\n")}
${xTicks.join("\n")}
${lines.join("\n")}
<text x="${(left + width - right) / 2}" y="${height - 6}" text-anchor="middle">agents</text>
</svg>
`;
}
