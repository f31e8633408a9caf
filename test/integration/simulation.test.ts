import { expect, test } from "vitest";
import { runSeeds } from "../simulation/run-seeds.ts";

/**
 * What `make test` has for simulated worlds, always the same ones. In one file: the first ten cost twice as much as those
 * that follow, since all of the server's code is run for the first time. `make soak` takes more. SIMULATION_SEED begins
 * elsewhere, SIMULATION_SEEDS takes others.
 */
const count = Number(process.env["SIMULATION_SEEDS"] ?? 40);
const first = Number(process.env["SIMULATION_SEED"] ?? 1);
const limitMs = 120_000;

test("B-SIM-1: simulated worlds keep every promise, whatever goes wrong", { timeout: 2 * limitMs }, async () => {
  const { ran, failures, medianMs } = await runSeeds({ first, count, limitMs });
  console.log(`simulation: ${ran} seeds from ${first} on, median ${Math.round(medianMs)} ms a seed`);
  expect(failures).toEqual([]);
  expect(ran).toBeGreaterThan(0);
});
