import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { simulate } from "../../pkg/simulation/index.ts";
import { describeFailure, runSeeds, type SeedsOutcome } from "./run-seeds.ts";

// Simulated worlds: SIMULATION_SEEDS (100,000) of them from SIMULATION_SEED (1) on, for at most SIMULATION_MINUTES (60), on all
// processors. A single seed prints its trace.

const first = Number(process.env["SIMULATION_SEED"] ?? 1);
const seeds = Number(process.env["SIMULATION_SEEDS"] ?? 100_000);
const limitMs = Number(process.env["SIMULATION_MINUTES"] ?? 60) * 60_000;

if (!isMainThread) parentPort?.postMessage(await runShare(Number(workerData)));
else if (seeds === 1) await showSeed();
else await runAll();

function runShare(share: number): Promise<SeedsOutcome> {
  const step = availableParallelism();
  return runSeeds({
    first: first + share,
    count: Math.ceil((seeds - share) / step),
    step,
    limitMs,
    onFailure: (result) => console.error(describeFailure(result)),
  });
}

async function showSeed(): Promise<void> {
  const result = await simulate({ seed: first, keepTrace: true });
  for (const line of result.trace) console.log(line);
  process.exit(result.violations.length === 0 ? 0 : 1);
}

async function runAll(): Promise<void> {
  console.log(`simulation: up to ${seeds} seeds from ${first} on, for at most ${limitMs / 60_000} minutes`);
  const shares = Array.from({ length: availableParallelism() }, (_, share) => runInWorker(share));
  const outcomes = await Promise.all(shares);
  const ran = outcomes.reduce((sum, outcome) => sum + outcome.ran, 0);
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failures.length, 0);
  const medianMs = Math.max(...outcomes.map((outcome) => outcome.medianMs));
  console.log(`${ran} seeds, ${failed} failed, median ${Math.round(medianMs)} ms a seed`);
  process.exit(failed === 0 ? 0 : 1);
}

function runInWorker(share: number): Promise<SeedsOutcome> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(fileURLToPath(import.meta.url), { workerData: share });
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}
