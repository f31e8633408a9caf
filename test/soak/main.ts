import { Chaos } from "../chaos/chaos.ts";
import { seeded } from "../support/seeded.ts";
import { startTestbed } from "../support/testbed.ts";

// Faults that overlap, for SOAK_MINUTES (10), on twenty emulated hosts. SOAK_SEED repeats a run's choices.

const minutes = Number(process.env["SOAK_MINUTES"] ?? 10);
const seed = Number(process.env["SOAK_SEED"] ?? Date.now() % 1_000_000);

const bed = await startTestbed({ hosts: 20 });
try {
  console.log(`soak: ${minutes} minutes, seed ${seed}`);
  await bed.makePool();
  await new Chaos({ bed, random: seeded(seed), seconds: minutes * 60, log: console.log }).run();
  console.log("soak passed");
} finally {
  await bed.close();
}
