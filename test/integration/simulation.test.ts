import { expect, test } from "vitest";
import { runSeeds } from "../simulation/run-seeds.ts";

/**
 * What `make test` has for it: few, since a seed costs two to three seconds of a processor; `make soak` takes more.
 */
const count = Number(process.env["SIMULATION_SEEDS"] ?? 12);
const limitMs = 45_000;
const first = Number(process.env["SIMULATION_SEED"] ?? 1);

test("B-SIM-1: simulated worlds keep every promise, whatever goes wrong", async () => {
  const { ran, failures } = await runSeeds({ first, count, limitMs });
  expect(failures).toEqual([]);
  expect(ran).toBeGreaterThan(0);
}, 120_000);
