import { expect, test } from "vitest";
import { growthAsCsv, growthAsSvg, growthAsTable } from "./growth-chart.ts";

const series = [
  {
    name: "connect",
    unit: "s",
    points: [
      { agents: 10, value: 0.1 },
      { agents: 1000, value: 10 },
    ],
  },
  { name: "storm", unit: "s", points: [{ agents: 10, value: 1 }] },
] as const;

test("a line for each point", () => {
  expect(growthAsCsv(series)).toBe(
    "series,unit,agents,value\nconnect,s,10,0.100\nconnect,s,1000,10.000\nstorm,s,10,1.000\n",
  );
});

test("a row for each number of agents; what was not measured with so many is left out", () => {
  const memory = { name: "memory", unit: "MB", points: [{ agents: 1000, value: 321.7 }] } as const;
  expect(growthAsTable([...series, memory])).toBe(`| agents | connect | storm | memory |
|---|---|---|---|
| 10 | 0.1 s | 1 s |  |
| 1,000 | 10 s |  | 322 MB |`);
});

test("units stand at the axis where they are the same, else beside the names", () => {
  const cpu = { name: "CPU", unit: "%", points: [{ agents: 10, value: 1 }] } as const;
  expect(growthAsSvg(series)).toContain(">0.1 s</text>");
  const mixed = growthAsSvg([...series, cpu]);
  expect(mixed).toContain(">CPU, %</text>");
  expect(mixed).toContain(">0.1</text>");
});

test("what takes ten times as long with ten times as many rises with the diagonal of the picture", () => {
  const svg = growthAsSvg(series);
  expect(svg).toContain('<path d="M60.0 340.0L530.0 20.0"');
  expect(svg.match(/<circle/g)).toHaveLength(3);
  expect(svg).toContain(">storm</text>");
});
