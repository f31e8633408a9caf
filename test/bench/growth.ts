import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { growthAsCsv, growthAsSvg, type Series } from "./growth-chart.ts";
import type { Figure } from "./measure.ts";

const sizes = (process.env["BENCH_SIZES"] ?? "10,100,1000").split(",").map(Number);
/** All but cuts: of ten machines two at once are a mass loss. */
const steps = process.env["BENCH_STEPS"] ?? "connect,rest,broadcast,apply,crowd,get,storm";
const images = resolve(import.meta.dirname, "../docs/images");

/** How what the server does grows with the number of agents: the benchmark of hollow agents once for each size. */
export async function benchGrowth(): Promise<Figure[]> {
  const directory = mkdtempSync("/tmp/plush-growth-");
  try {
    const bySize = new Map<number, readonly Figure[]>();
    for (const agents of sizes) bySize.set(agents, await benchOf(agents, join(directory, `${agents}.json`)));
    const series = seriesOf(bySize);
    mkdirSync(images, { recursive: true });
    writeFileSync(join(images, "growth.csv"), growthAsCsv(series));
    writeFileSync(join(images, "growth.svg"), growthAsSvg(series));
    return [...bySize.values()].flat();
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** A program of its own for each size: memory of the one before would count with the next one's. */
async function benchOf(agents: number, file: string): Promise<readonly Figure[]> {
  const env = { ...process.env, BENCH_AGENTS: String(agents), BENCH_STEPS: steps, BENCH_JSON: file };
  const child = spawn(process.execPath, [process.argv[1] ?? "", "hollow"], {
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`the benchmark of ${agents} agents ended with ${code}`);
  return JSON.parse(readFileSync(file, "utf8"));
}

function seriesOf(bySize: ReadonlyMap<number, readonly Figure[]>): readonly Series[] {
  const points = [...bySize].flatMap(([agents, figures]) =>
    figures.flatMap(({ point }) => (point === undefined ? [] : [{ agents, ...point }])),
  );
  const names = [...new Set(points.map(({ series }) => series))];
  return names.map((name) => ({ name, points: points.filter(({ series }) => series === name) }));
}
