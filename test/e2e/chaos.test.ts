import { afterAll, beforeAll, describe, it } from "vitest";
import { Chaos } from "../chaos/chaos.ts";
import { emulationIsPossible } from "../support/programs.ts";
import { seeded } from "../support/seeded.ts";
import { startTestbed, type Testbed } from "../support/testbed.ts";

const seconds = Number(process.env["CHAOS_SECONDS"] ?? 120);
const seed = Number(process.env["CHAOS_SEED"] ?? Date.now() % 1_000_000);

// Two minutes of faults, and what it takes to be whole again after them: less would let few faults meet.
describe.skipIf(!emulationIsPossible())("faults that overlap (20 emulated hosts)", () => {
  let bed: Testbed;
  beforeAll(async () => {
    bed = await startTestbed({ hosts: 20 });
    await bed.makePool();
  });
  afterAll(() => bed?.close());

  it(`B-DET-11: for ${seconds} s, seed ${seed}: every promise holds`, async () => {
    const log = (line: string): void => console.log(`seed ${seed}: ${line}`);
    await new Chaos({ bed, random: seeded(seed), seconds, log }).run();
  }, 900_000);
});
