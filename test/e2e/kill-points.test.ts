import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { changesOf, listHosts } from "../support/host-changes.ts";
import { KillStory, killsPerCycle } from "../support/kill-story.ts";
import { emulationIsPossible } from "../support/programs.ts";
import { seeded } from "../support/seeded.ts";
import { startTestbed, type Testbed } from "../support/testbed.ts";

const points = Number(process.env["KILL_POINTS"] ?? 50);
const seed = Number(process.env["KILL_SEED"] ?? Date.now() % 1_000_000);

describe.skipIf(!emulationIsPossible())("kill -9 of agents and server at random points (emulated hosts)", () => {
  let bed: Testbed;
  beforeAll(async () => {
    bed = await startTestbed({ hosts: 4 });
  });
  afterAll(() => bed?.close());

  it(`B-FIN-4: ${points} times, seed ${seed}: what is deleted leaves the hosts as they were`, async () => {
    const before = await listHosts(bed.hosts);
    await bed.makePool();
    const story = new KillStory(bed, seeded(seed));
    for (let cycle = 1; cycle <= points / killsPerCycle; cycle++) {
      const start = performance.now();
      await story.cycle();
      console.log(`seed ${seed}, cycle ${cycle}: clean after ${Math.round(performance.now() - start)} ms`);
    }
    await bed.server.plush("delete", "software", "tool");
    await bed.server.plush("delete", "pool", "lab", "--timeout=60s");
    await expect.poll(() => changesOf(bed.hosts, before), { timeout: 10_000 }).toEqual([]);
  });
});
