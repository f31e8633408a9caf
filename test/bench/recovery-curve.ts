/** How many served from when on, in milliseconds since the failure; each point holds until the next. */
export type Curve = readonly { readonly ms: number; readonly serving: number }[];

const colours = ["#0072b2", "#d55e00"];

/** A line for each change: whose, seconds, how many serve. */
export function curvesAsCsv(curves: Readonly<Record<string, Curve>>): string {
  const rows = Object.entries(curves).flatMap(([name, curve]) =>
    curve.map(({ ms, serving }) => `${name},${(ms / 1000).toFixed(2)},${serving}`),
  );
  return ["series,seconds,serving", ...rows, ""].join("\n");
}

/** Serving members over time, as in Fig. 4 of the Plush article. */
export function curvesAsSvg(curves: Readonly<Record<string, Curve>>, members: number): string {
  const [width, height, left, bottom] = [720, 320, 50, 40];
  const lastMs = Math.max(...Object.values(curves).map((curve) => curve.at(-1)?.ms ?? 0)) * 1.05;
  const x = (ms: number): string => (left + ((width - left - 20) * ms) / lastMs).toFixed(1);
  const y = (serving: number): string => (height - bottom - ((height - bottom - 20) * serving) / members).toFixed(1);
  const lines = Object.entries(curves).map(([name, curve], index) => {
    const steps = curve.map(({ ms, serving }) => `H${x(ms)}V${y(serving)}`).join("");
    const back = curve.at(-1)?.ms ?? 0;
    const colour = colours[index] ?? "#222";
    return `<path d="M${x(0)} ${y(members)}${steps}H${x(lastMs)}" fill="none" stroke="${colour}" stroke-width="2"/>
<text x="${Number(x(lastMs)) - 8}" y="${Number(y(members / 2)) + 24 * index}" fill="${colour}" text-anchor="end">${name}: ${(back / 1000).toFixed(1)} s</text>`;
  });
  const ticks = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      `<text x="${left - 8}" y="${Number(y(share * members)) + 4}" text-anchor="end">${Math.round(share * members)}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<rect width="${width}" height="${height}" fill="#fff"/>
<path d="M${x(0)} ${y(members)}V${y(0)}H${width - 20}" fill="none" stroke="#999"/>
${lines.join("\n")}
${ticks.join("\n")}
<text x="${width / 2}" y="${height - 10}" text-anchor="middle">seconds since the loss (${(lastMs / 1000).toFixed(0)} s in all)</text>
</svg>
`;
}
