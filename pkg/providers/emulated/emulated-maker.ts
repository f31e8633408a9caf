import type { ResourcePool } from "../../api/index.ts";
import type { Clock } from "../../clock/index.ts";
import type { EmulatedHost, Emulation, HostSpec } from "../../emulation/index.ts";
import type { MachineMaker, MadeMachine } from "../../fabric/index.ts";
import { StatusError } from "../../status/index.ts";
import { type HostState, statesAt } from "./fault-plan.ts";
import { hostOf, machineOf } from "./world-plan.ts";
import type { Worlds } from "./worlds.ts";

/** Makes hosts in the pool's network. One that a fault keeps off or cut is there all the same. */
export function makeEmulatedMaker(worlds: Worlds, clock: Clock): MachineMaker {
  const running = (pool: ResourcePool, name: string): MadeMachine => ({
    name,
    state: "Running",
    spec: machineOf(pool, hostOf(pool, name).index, (index) => worlds.address(pool, index)),
  });
  return {
    async list({ pool }) {
      const specs = (await (await worlds.find(pool))?.specs()) ?? [];
      return specs.map(({ name }) => running(pool, name));
    },
    async create(name, { pool }) {
      await ensureHost(worlds, clock, pool, name);
      return running(pool, name);
    },
    async delete(name, { pool }) {
      const { index } = hostOf(pool, name);
      await worlds.ofHost(pool, index, async () => {
        const world = await worlds.find(pool);
        const host = await world?.load(index);
        if (host?.name === name) await world?.remove(host);
      });
      await worlds.removeEmpty(pool);
    },
    async fence(name, { pool }) {
      const { index } = hostOf(pool, name);
      await worlds.ofHost(pool, index, async () => {
        const host = await (await worlds.find(pool))?.load(index);
        if (host?.name === name) await host.crash();
      });
    },
  };
}

/** The host, made where it is not there, and with power where no fault keeps it off. */
export async function ensureHost(
  worlds: Worlds,
  clock: Clock,
  pool: ResourcePool,
  name: string,
): Promise<EmulatedHost> {
  const spec = hostOf(pool, name);
  const world = await worlds.open(pool);
  return worlds.ofHost(pool, spec.index, async () => {
    const host = (await world.load(spec.index)) ?? (await add(world, spec));
    if (host.name !== name) throw new StatusError("Conflict", `${name}: its address is still that of ${host.name}`);
    const state = await stateNow(worlds, clock, pool, spec);
    // One that is cut off cannot be seen to boot, and is left to the end of its fault.
    if (!host.isRunning && state.power === "on" && state.cut === "none") await host.powerOn();
    return host;
  });
}

async function add(world: Emulation, spec: HostSpec): Promise<EmulatedHost> {
  const [host] = await world.add([spec]);
  if (host === undefined) throw new Error(`${spec.name} was not made`);
  return host;
}

/** How the schedule of faults has it. */
async function stateNow(worlds: Worlds, clock: Clock, pool: ResourcePool, spec: HostSpec): Promise<HostState> {
  const madeAt = (await worlds.madeAt(pool)) ?? clock.now();
  const states = statesAt([spec], pool.spec.provider.emulated?.faults ?? [], clock.now() - madeAt);
  return states.get(spec.name) ?? { power: "on", cut: "none", isFrozen: false };
}
