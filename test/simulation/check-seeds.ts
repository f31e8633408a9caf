import { expect } from "vitest";
import { runSeeds } from "./run-seeds.ts";

/**
 * What `make test` has for simulated worlds, always the same ones, as many as fit the time: a seed costs one to two seconds
 * of a processor. `make soak` takes more. SIMULATION_SEED begins elsewhere, SIMULATION_SEEDS takes others.
 */
const count = Number(process.env["SIMULATION_SEEDS"] ?? 40);
const first = Number(process.env["SIMULATION_SEED"] ?? 1);
const limitMs = 80_000;
/** Test files run beside each other, and each takes its share. */
const shares = 2;

export const seedsTimeoutMs = 2 * limitMs;

export async function checkSeeds(share: number): Promise<void> {
  const own = { first: first + share, count: Math.ceil((count - share) / shares), step: shares };
  const { ran, failures, medianMs } = await runSeeds({ ...own, limitMs });
  console.log(
    `simulation: ${ran} seeds, every second one from ${own.first} on, median ${Math.round(medianMs)} ms a seed`,
  );
  expect(failures).toEqual([]);
  expect(ran).toBeGreaterThan(0);
}
