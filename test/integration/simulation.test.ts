import { expect, test } from "vitest";
import { runSeeds } from "../simulation/run-seeds.ts";

/** What `make test` has for it; `make soak` takes more. */
const limitMs = 45_000;
const first = Number(process.env["SIMULATION_SEED"] ?? 1);

test("B-SIM-1: simulated worlds keep every promise, whatever goes wrong", async () => {
  const { ran, failures } = await runSeeds({ first, count: 1000, limitMs });
  expect(failures).toEqual([]);
  expect(ran).toBeGreaterThan(0);
}, 120_000);
