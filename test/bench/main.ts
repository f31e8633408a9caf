import { writeFileSync } from "node:fs";
import { undoAll } from "./afterwards.ts";
import { floorArgument, runFloor } from "./api/floor.ts";
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
import { machineLine } from "./machine.ts";
import { type Figures, tableOf } from "./measure.ts";
import { benchPackages } from "./packages.ts";
import { benchRecovery } from "./recovery.ts";
import type { Outcome } from "./report.ts";
import { benchRestart } from "./restart.ts";
import { benchRoundTrip } from "./round-trip.ts";
import { runBenchmark } from "./run.ts";

/** Each benchmark by its name; `make bench BENCH=fleet` runs one. */
const benchmarks: Readonly<Record<string, () => Figures>> = {
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
  restart: benchRestart,
  "round-trip": benchRoundTrip,
};

const asked = process.argv.slice(2);
// A benchmark starts this program once more for what must not share its thread.
if (asked[0] === "watch-clients") runWatchClients();
else if (asked[0] === floorArgument) await runFloor(asked[1] ?? "");
else await run(asked.length > 0 ? asked : Object.keys(benchmarks));

async function run(names: readonly string[]): Promise<void> {
  const unknown = names.find((name) => !(name in benchmarks));
  if (unknown !== undefined)
    throw new Error(`no benchmark ${unknown}; there are ${Object.keys(benchmarks).join(", ")}`);
  // Twice ends it at once.
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => {
      console.error("interrupted; tidying up");
      void undoAll().finally(() => process.exit(130));
    });
  const outcomes: Outcome[] = [];
  for (const name of names) {
    const benchmark = benchmarks[name];
    if (benchmark !== undefined) outcomes.push(await runBenchmark(name, benchmark));
  }
  const figures = outcomes.flatMap((outcome) => outcome.figures);
  // For a benchmark that starts this program once more.
  const file = process.env["BENCH_JSON"];
  if (file !== undefined) writeFileSync(file, JSON.stringify(figures));
  console.log(`${machineLine()}\n\n${tableOf(figures)}`);
  const failed = outcomes.filter(({ failure }) => failure !== undefined);
  for (const { name, failure } of failed) console.log(`\n${name} failed: ${failure}`);
  if (failed.length > 0) process.exitCode = 1;
}
