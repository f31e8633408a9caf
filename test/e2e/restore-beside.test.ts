import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../support/eventually.ts";
import type { SeenObject } from "../support/objects.ts";
import { onceApplication, startsByOrdinal } from "../support/once-application.ts";
import { PlushServer } from "../support/plush-server.ts";
import { emulationIsPossible } from "../support/programs.ts";
import { startTestbed, type Testbed } from "../support/testbed.ts";

const hosts = 20;
/** For what an old server might still do: several beats, retries and resends of documents. */
const watchedMs = 6000;

describe.skipIf(!emulationIsPossible())("a restored server beside the old one (emulated hosts)", () => {
  let bed: Testbed;
  const servers: PlushServer[] = [];
  beforeAll(async () => {
    bed = await startTestbed({ hosts });
    await bed.makePool();
    await bed.apply(onceApplication("known", hosts));
    await bed.server.plush("wait", "application/known", "--for=condition=Ready", "--timeout=60s");
  });
  afterAll(async () => {
    for (const server of servers) await server.stop();
    await bed?.close();
  });

  /** Backs one server up, and has another one serve that on a directory and a port of its own. */
  async function restoreFrom(server: PlushServer, name: string): Promise<PlushServer> {
    const file = join(bed.home, `${name}.tar`);
    await server.plush("backup", file);
    const restored = new PlushServer(join(bed.home, name), bed.home);
    const { code, stderr } = await restored.run(["restore", file, "--data-dir", restored.dataDirectory]);
    expect(code, stderr).toBe(0);
    servers.push(restored);
    return restored;
  }

  const readyMachines = async (server: PlushServer): Promise<number> =>
    (await server.list<SeenObject>("resources")).filter((one) => isTrue(one, "Ready")).length;

  function isTrue({ status }: SeenObject, type: string): boolean {
    return status?.conditions?.some((one) => one.type === type && one.status === "True") === true;
  }

  async function hasAll(server: PlushServer): Promise<void> {
    await eventually(async () => expect(await readyMachines(server)).toBe(hosts), 60_000);
    await server.plush("wait", "application/known", "--for=condition=Ready", "--timeout=60s");
  }

  /** Of each member the one start that it had at the beginning, and the process of it. */
  async function nothingWasRestarted(): Promise<void> {
    const starts = await startsByOrdinal(bed.hosts);
    expect(starts.size).toBe(hosts);
    expect([...starts.values()].filter((lines) => lines.length !== 1)).toEqual([]);
    const running = await Promise.all(bed.hosts.map((host) => host.list()));
    const sleepers = running.flatMap(({ processes }) => processes).filter((line) => line === "sleep 100000");
    expect(sleepers).toHaveLength(hosts);
  }

  it("B-RST-4: the old one stopped: it has all machines, and nothing was restarted", async () => {
    const restored = await restoreFrom(bed.server, "second");
    await bed.server.stop();
    await restored.start();
    await hasAll(restored);
    await nothingWasRestarted();
  }, 150_000);

  it("B-RST-4: the old one still running: that is superseded and harmless, whatever it is told", async () => {
    const [old] = servers;
    if (old === undefined) throw new Error("the first story has left no server");
    const restored = await restoreFrom(old, "third");
    await restored.start();
    await hasAll(restored);
    await eventually(async () => {
      const machines = await old.list<SeenObject>("resources");
      const superseded = machines.filter((one) => JSON.stringify(one.status?.conditions).includes("of term"));
      expect([machines.length, superseded.length, await readyMachines(old)]).toEqual([hosts, hosts, 0]);
    }, 60_000);
    await old.plush("delete", "application", "known", "--wait=false");
    await old.apply(onceApplication("other", 3));
    await sleep(watchedMs);
    await nothingWasRestarted();
    expect(await readyMachines(restored)).toBe(hosts);
    await old.stop();
    await restored.plush("delete", "application", "known", "--timeout=60s");
    const left = await Promise.all(bed.hosts.map((host) => host.list()));
    expect(left.flatMap(({ processes }) => processes).filter((line) => line === "sleep 100000")).toEqual([]);
  }, 150_000);
});
