import { writeFileSync } from "node:fs";
import { runWatchClients } from "./api/watch-clients.ts";
import { benchApi } from "./api-server.ts";
import { benchArrivalCurves } from "./arrival-curves.ts";
import { benchBarrier } from "./barrier.ts";
import { benchCommandLine } from "./command-line.ts";
import { benchConsole } from "./console.ts";
import { benchDetection } from "./detection.ts";
import { benchFencing } from "./fencing.ts";
import { benchFind } from "./find.ts";
import { benchFleet } from "./fleet.ts";
import { benchGitSync } from "./git-sync.ts";
import { benchGrowth } from "./growth.ts";
import { benchHollow } from "./hollow.ts";
import { benchHostLoss } from "./host-loss.ts";
import { type Figure, tableOf } from "./measure.ts";
import { benchPackages } from "./packages.ts";
import { benchRecovery } from "./recovery.ts";
import { benchRoundTrip } from "./round-trip.ts";

/** Each benchmark by its name; `make bench BENCH=fleet` runs one. */
const benchmarks: Readonly<Record<string, () => Promise<Figure[]>>> = {
  "arrival-curves": benchArrivalCurves,
  api: benchApi,
  barrier: benchBarrier,
  "command-line": benchCommandLine,
  console: benchConsole,
  detection: benchDetection,
  fencing: benchFencing,
  fleet: benchFleet,
  gitsync: benchGitSync,
  find: benchFind,
  growth: benchGrowth,
  hollow: benchHollow,
  "host-loss": benchHostLoss,
  packages: benchPackages,
  recovery: benchRecovery,
  "round-trip": benchRoundTrip,
};

const asked = process.argv.slice(2);
// A benchmark starts this program once more for clients that must not share its thread.
if (asked[0] === "watch-clients") runWatchClients();
else await run(asked);

async function run(names: readonly string[]): Promise<void> {
  const figures: Figure[] = [];
  for (const name of names.length > 0 ? names : Object.keys(benchmarks)) {
    const benchmark = benchmarks[name];
    if (benchmark === undefined)
      throw new Error(`no benchmark ${name}; there are ${Object.keys(benchmarks).join(", ")}`);
    console.error(`== ${name}`);
    figures.push(...(await benchmark()));
  }
  // For a benchmark that starts this program once more.
  const file = process.env["BENCH_JSON"];
  if (file !== undefined) writeFileSync(file, JSON.stringify(figures));
  console.log(tableOf(figures));
}
