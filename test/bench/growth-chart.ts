/** How long one thing takes with so many agents. */
export interface Series {
  readonly name: string;
  readonly points: readonly { readonly agents: number; readonly ms: number }[];
}

/** Told apart by people who see colours otherwise, too (Okabe and Ito). */
const colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"];

/** A line for each point: what, agents, seconds. */
export function growthAsCsv(series: readonly Series[]): string {
  const rows = series.flatMap(({ name, points }) =>
    points.map(({ agents, ms }) => `${name},${agents},${(ms / 1000).toFixed(3)}`),
  );
  return ["series,agents,seconds", ...rows, ""].join("\n");
}

/** Both axes are logarithmic: what grows as the number of agents does rises by a decade with each decade. */
export function growthAsSvg(series: readonly Series[]): string {
  const [width, height, left, right, bottom] = [720, 380, 60, 190, 40];
  const points = series.flatMap((one) => one.points);
  const decades = (values: readonly number[]): readonly [number, number] => [
    Math.floor(Math.log10(Math.min(...values))),
    Math.ceil(Math.log10(Math.max(...values))),
  ];
  const [firstX, lastX] = decades(points.map(({ agents }) => agents));
  const [firstY, lastY] = decades(points.map(({ ms }) => ms));
  const x = (agents: number): number =>
    left + ((width - left - right) * (Math.log10(agents) - firstX)) / Math.max(1, lastX - firstX);
  const y = (ms: number): number =>
    height - bottom - ((height - bottom - 20) * (Math.log10(ms) - firstY)) / Math.max(1, lastY - firstY);
  const lines = series.map(({ name, points: own }, index) => {
    const colour = colours[index % colours.length] ?? "#222";
    const path = own.map(({ agents, ms }, at) => `${at === 0 ? "M" : "L"}${x(agents).toFixed(1)} ${y(ms).toFixed(1)}`);
    const dots = own.map(
      ({ agents, ms }) => `<circle cx="${x(agents).toFixed(1)}" cy="${y(ms).toFixed(1)}" r="3" fill="${colour}"/>`,
    );
    const legend = `<text x="${width - right + 16}" y="${36 + 20 * index}" fill="${colour}">${name}</text>`;
    return `<path d="${path.join("")}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join("")}${legend}`;
  });
  const rangeOf = (first: number, last: number): readonly number[] =>
    Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index));
  const xTicks = rangeOf(firstX, lastX).map(
    (agents) => `<text x="${x(agents).toFixed(1)}" y="${height - bottom + 16}" text-anchor="middle">${agents}</text>`,
  );
  const yTicks = rangeOf(firstY, lastY).map(
    (ms) =>
      `<path d="M${left} ${y(ms).toFixed(1)}H${width - right}" stroke="#ddd"/><text x="${left - 8}" y="${(y(ms) + 4).toFixed(1)}" text-anchor="end">${ms / 1000} s</text>`,
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
