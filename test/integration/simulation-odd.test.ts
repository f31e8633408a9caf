import { test } from "vitest";
import { checkSeeds, seedsTimeoutMs } from "../simulation/check-seeds.ts";

test("B-SIM-1: simulated worlds keep every promise, whatever goes wrong: odd seeds", { timeout: seedsTimeoutMs }, () =>
  checkSeeds(0),
);
