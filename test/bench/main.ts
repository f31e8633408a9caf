import { benchArrivalCurves } from "./arrival-curves.ts";
import { benchCommandLine } from "./command-line.ts";
import { benchFleet } from "./fleet.ts";
import { type Figure, tableOf } from "./measure.ts";
import { benchRecovery } from "./recovery.ts";
import { benchRoundTrip } from "./round-trip.ts";

/** Each benchmark by its name; `make bench BENCH=fleet` runs one. */
const benchmarks: Readonly<Record<string, () => Promise<Figure[]>>> = {
  "arrival-curves": benchArrivalCurves,
  "command-line": benchCommandLine,
  fleet: benchFleet,
  recovery: benchRecovery,
  "round-trip": benchRoundTrip,
};

const asked = process.argv.slice(2);
const figures: Figure[] = [];
for (const name of asked.length > 0 ? asked : Object.keys(benchmarks)) {
  const benchmark = benchmarks[name];
  if (benchmark === undefined) throw new Error(`no benchmark ${name}; there are ${Object.keys(benchmarks).join(", ")}`);
  console.error(`== ${name}`);
  figures.push(...(await benchmark()));
}
console.log(tableOf(figures));
