import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Resource, ResourcePool } from "../../api/index.ts";
import type { Clock } from "../../clock/index.ts";
import type { MachineMaker, MachineSpec, Provider, Reach } from "../../fabric/index.ts";
import { LocalMachine } from "./local-machine.ts";
import { makeLocalMaker, specOf } from "./local-maker.ts";
import { placeOf } from "./places.ts";

export interface LocalProviderOptions {
  readonly clock: Clock;
  readonly dataDir: string;
  /** The agent's program. */
  readonly bundlePath: string;
}

export interface LocalProvider extends Provider {
  readonly maker: MachineMaker;
  /** Ends everything that runs on the machine at once, as pulling its plug does. */
  powerOff(poolName: string, resourceName: string): Promise<void>;
  /** Lets it be brought up again, with another boot identity. */
  powerOn(poolName: string, resourceName: string): Promise<void>;
}

export function makeLocalProvider(options: LocalProviderOptions): LocalProvider {
  const { dataDir } = options;
  const shortDir = join(tmpdir(), `plush-${process.getuid?.() ?? 0}`);
  const machine = (pool: string, name: string): LocalMachine =>
    new LocalMachine({ ...options, place: placeOf({ dataDir, shortDir }, pool, name) });
  return {
    name: "local",
    machines(pool: ResourcePool): readonly MachineSpec[] {
      const name = pool.metadata.name ?? "";
      return Array.from({ length: pool.spec.provider.local?.count ?? 0 }, (_, at) => ({
        name: `${name}-${at + 1}`,
        ...specOf(dataDir, name, at + 1),
      }));
    },
    async reach(resource: Resource): Promise<Reach> {
      const connector = machine(resource.spec.poolName ?? "", resource.metadata.name ?? "");
      return { connector, fingerprint: "local" };
    },
    maker: makeLocalMaker({ dataDir, machine }),
    powerOff: (pool, name) => machine(pool, name).powerOff(),
    powerOn: (pool, name) => machine(pool, name).powerOn(),
  };
}
