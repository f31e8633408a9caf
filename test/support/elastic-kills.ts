import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { eventually } from "./eventually.ts";
import type { SeenObject } from "./objects.ts";
import { cloudMachines, installPlugin } from "./plugins.ts";
import { PlushServer } from "./plush-server.ts";
import { seeded } from "./seeded.ts";

const maxMachines = 6;
const settledWithinMs = 90_000;

/**
 * Kills a server with SIGKILL at random instants while a pool of a fake cloud grows and shrinks; requests take long, fail,
 * and their answers get lost. In the end the cloud has given out the machines that there are Resources of, and no other;
 * once the pool is deleted, none.
 */
export async function leakNothing({ points, seed }: { readonly points: number; readonly seed: number }): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), "plush-elastic-kills-"));
  const dataDir = join(root, "data");
  const state = await installPlugin(dataDir, "fake-cloud");
  const random = seeded(seed);
  const server = new PlushServer(dataDir, root);
  try {
    await server.start();
    const seen = new Set<string>();
    for (let point = 0; point < points; point++) {
      await server.apply(poolOf(Math.floor(random() * maxMachines)));
      await new Promise((resolve) => setTimeout(resolve, random() * 1500));
      await server.kill();
      for (const name of await cloudMachines(state)) seen.add(name);
      await server.start();
    }
    await server.apply(poolOf(2));
    await eventually(async () => {
      const resources = await server.list<SeenObject>("resources");
      const names = resources.map(({ metadata }) => metadata.name).sort();
      expect(names).toHaveLength(2);
      expect(await cloudMachines(state)).toEqual(names);
    }, settledWithinMs);
    // Otherwise nothing was tried.
    expect(seen.size).toBeGreaterThan(0);
    await server.plush("delete", "pool", "cloud", "--timeout", "60s");
    expect(await cloudMachines(state)).toEqual([]);
    expect(await server.list("resources")).toEqual([]);
  } catch (error) {
    throw new Error(`seed ${seed}: ${String(error)}\n${server.log.slice(-4000)}`, { cause: error });
  } finally {
    await server.stop();
    await rm(root, { recursive: true, force: true });
  }
}

/** Nobody listens at the machines' port: they are made, and given back, without ever being of use. */
function poolOf(min: number): string {
  return `
apiVersion: plush.dev/v1
kind: ResourcePool
metadata: { name: cloud }
spec:
  provider:
    exec:
      plugin: fake-cloud
      config: { delay: 0.3, slow: 0.4, failures: 0.1, address: 127.77.0.0, port: 9 }
  size: { min: ${min}, max: ${maxMachines}, idleTimeout: 1s }
`;
}
