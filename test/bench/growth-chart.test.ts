import { expect, test } from "vitest";
import { growthAsCsv, growthAsSvg } from "./growth-chart.ts";

const series = [
  {
    name: "connect",
    points: [
      { agents: 10, ms: 100 },
      { agents: 1000, ms: 10_000 },
    ],
  },
  { name: "storm", points: [{ agents: 10, ms: 1000 }] },
];

test("a line for each point", () => {
  expect(growthAsCsv(series)).toBe("series,agents,seconds\nconnect,10,0.100\nconnect,1000,10.000\nstorm,10,1.000\n");
});

test("what takes ten times as long with ten times as many rises with the diagonal of the picture", () => {
  const svg = growthAsSvg(series);
  expect(svg).toContain('<path d="M60.0 340.0L530.0 20.0"');
  expect(svg.match(/<circle/g)).toHaveLength(3);
  expect(svg).toContain(">storm</text>");
});
