import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { killAgents } from "../support/agents.ts";
import { onceApplication, startsByOrdinal, startsFile } from "../support/once-application.ts";
import { emulationIsPossible } from "../support/programs.ts";
import { startTestbed, type Testbed } from "../support/testbed.ts";

const rounds = 20;
const replicas = 10;

// Each round deploys on ten hosts and kills something at a random moment; takes minutes, because twenty moments are
// asked for, and each deployment is a real one.
describe.skipIf(!emulationIsPossible())("SIGKILL at any moment of a deployment (emulated hosts)", () => {
  let bed: Testbed;
  beforeAll(async () => {
    bed = await startTestbed({ hosts: replicas });
    await bed.makePool();
  });
  afterAll(() => bed?.close());

  /** What a person would look at. */
  async function story(name: string): Promise<string> {
    const told = await Promise.all([
      bed.server.plush("describe", "application", name),
      bed.server.plush("get", "claims,processes,resources", "-o", "wide"),
    ]);
    return [...told, bed.server.log.slice(-5000)].join("\n");
  }

  async function deployAndKill(name: string, kill: (afterMs: number) => Promise<void>, afterMs: number): Promise<void> {
    for (const host of bed.hosts) await host.exec(["rm", "-f", startsFile]);
    await bed.apply(onceApplication(name, replicas));
    await kill(afterMs);
    const waited = await bed.server.run(["wait", `application/${name}`, "--for=condition=Ready", "--timeout=60s"]);
    if (waited.code !== 0) throw new Error(`killed after ${afterMs} ms:\n${await story(name)}`);
    const starts = await startsByOrdinal(bed.hosts);
    expect([...starts.keys()].sort()).toEqual(Array.from({ length: replicas }, (_, ordinal) => String(ordinal)));
    for (const [ordinal, lines] of starts)
      expect(lines, `ordinal ${ordinal}, killed after ${afterMs} ms`).toHaveLength(1);
    await bed.server.plush("delete", "application", name, "--timeout=90s");
  }

  it(`the server, ${rounds} times: it converges, and each process ran once`, async () => {
    for (let round = 0; round < rounds; round++) {
      const kill = async (afterMs: number): Promise<void> => {
        await sleep(afterMs);
        await bed.server.kill();
        await bed.server.start();
      };
      await deployAndKill(`server-${round}`, kill, Math.floor(Math.random() * 2500));
    }
  }, 900_000);

  it(`the agents, ${rounds} times: they are started again, and each process ran once`, async () => {
    for (let round = 0; round < rounds; round++) {
      const kill = async (afterMs: number): Promise<void> => {
        await sleep(afterMs);
        await Promise.all(bed.hosts.map(killAgents));
      };
      await deployAndKill(`agents-${round}`, kill, Math.floor(Math.random() * 2500));
    }
  }, 900_000);
});
