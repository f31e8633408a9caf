import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterwards } from "./afterwards.ts";
import { endChild } from "./end-child.ts";
import { growthAsCsv, growthAsSvg, growthAsTable, type Series } from "./growth-chart.ts";
import type { Figure, Figures } from "./measure.ts";
import { pictureDirectory, reportDirectory } from "./report.ts";

const sizes = (process.env["BENCH_SIZES"] ?? "10,100,1000").split(",").map(Number);
/** All but cuts: of ten machines two at once are a mass loss. */
const steps = process.env["BENCH_STEPS"] ?? "connect,rest,broadcast,apply,barrier,package,crowd,get,storm";
const isUsual = process.env["BENCH_SIZES"] === undefined && process.env["BENCH_STEPS"] === undefined;

/** How what the server does grows with the number of agents: the benchmark of hollow agents once for each size. */
export async function* benchGrowth(): Figures {
  const directory = mkdtempSync("/tmp/plush-growth-");
  afterwards(() => rmSync(directory, { recursive: true, force: true }));
  const bySize = new Map<number, readonly Figure[]>();
  for (const agents of sizes) {
    const figures = await benchOf(agents, directory);
    bySize.set(agents, figures);
    write(seriesOf(bySize));
    yield* figures;
  }
}

/**
 * The table beside the report. Times are in one picture and all else in another: memory and a rate of reconciles have no
 * axis in common with seconds.
 */
function write(series: readonly Series[]): void {
  const images = pictureDirectory(isUsual);
  for (const directory of [images, reportDirectory]) mkdirSync(directory, { recursive: true });
  writeFileSync(join(reportDirectory, "growth-table.md"), `${growthAsTable(series)}\n`);
  writeFileSync(join(images, "growth.csv"), growthAsCsv(series));
  const times = series.filter(({ unit }) => unit === "s");
  const costs = series.filter(({ unit }) => unit !== "s");
  if (times.length > 0) writeFileSync(join(images, "growth.svg"), growthAsSvg(times));
  if (costs.length > 0) writeFileSync(join(images, "growth-costs.svg"), growthAsSvg(costs));
}

/**
 * A program of its own for each size: memory of the one before would count with the next one's. Where a step fails, what
 * was measured before it counts.
 */
async function benchOf(agents: number, directory: string): Promise<readonly Figure[]> {
  const file = join(directory, `${agents}.json`);
  const own = { BENCH_AGENTS: String(agents), BENCH_STEPS: steps, BENCH_JSON: file, BENCH_REPORT: directory };
  const child = spawn(process.execPath, [process.argv[1] ?? "", "hollow"], {
    env: { ...process.env, ...own },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const end = afterwards(() => endChild(child));
  const [code] = await once(child, "exit");
  await end();
  const figures: readonly Figure[] = JSON.parse(readFileSync(file, "utf8"));
  const told = figures.map((figure) => ({ ...figure, isTold: true }));
  if (code === 0) return told;
  const failed = { work: `${agents} agents`, reference: "", measured: "not all steps came to their end", bar: "all" };
  return [...told, { ...failed, met: false }];
}

function seriesOf(bySize: ReadonlyMap<number, readonly Figure[]>): readonly Series[] {
  const points = [...bySize].flatMap(([agents, figures]) =>
    figures.flatMap((figure) => (figure.points ?? []).map((point) => ({ agents, ...point }))),
  );
  const names = [...new Set(points.map(({ series }) => series))];
  return names.map((name) => {
    const own = points.filter(({ series }) => series === name);
    return { name, unit: own[0]?.unit ?? "s", points: own };
  });
}
