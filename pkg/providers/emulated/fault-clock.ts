import type { ResourcePool } from "../../api/index.ts";
import { type Clock, sleep } from "../../clock/index.ts";
import type { EmulatedHost } from "../../emulation/index.ts";
import type { Logger } from "../../log/index.ts";
import { StatusError } from "../../status/index.ts";
import { type HostState, statesAt } from "./fault-plan.ts";
import type { Worlds } from "./worlds.ts";

/** How late a fault may come, and how long a network may stand whose pool is gone. */
const tickMs = 250;

export interface FaultClockOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly worlds: Worlds;
  /** All pools there are, of whatever provider. */
  readonly pools: () => readonly ResourcePool[];
}

/**
 * Lets happen to hosts what their pools' schedules say, and removes the networks of pools that are gone. After a restart
 * of the server every host is brought into the state that it should be in by now.
 */
export function startFaultClock(options: FaultClockOptions): () => Promise<void> {
  const { clock, log } = options;
  const known = new Map<string, string>();
  const end = new AbortController();
  const loop = async (): Promise<void> => {
    while (!end.signal.aborted) {
      await tick(options, known).catch((error: unknown) => {
        log.warn({ error: StatusError.from(error).message }, "faults of emulated machines could not be made");
      });
      await sleep(clock, tickMs, end.signal).catch(() => undefined);
    }
  };
  const ended = loop();
  return async () => {
    end.abort();
    await ended;
  };
}

async function tick({ clock, worlds, pools }: FaultClockOptions, known: Map<string, string>): Promise<void> {
  const all = pools();
  await worlds.sweep(new Set(all.map(({ metadata }) => metadata.uid ?? "")));
  for (const pool of all) {
    const faults = pool.spec.provider.emulated?.faults ?? [];
    const madeAt = await worlds.madeAt(pool);
    if (faults.length === 0 || madeAt === undefined) continue;
    const specs = (await (await worlds.find(pool))?.specs()) ?? [];
    for (const [name, state] of statesAt(specs, faults, clock.now() - madeAt)) {
      const spec = specs.find((one) => one.name === name);
      const key = `${pool.metadata.uid}/${name}`;
      const text = JSON.stringify(state);
      if (spec === undefined || known.get(key) === text) continue;
      await worlds.ofHost(pool, spec.index, async () => {
        const host = await (await worlds.find(pool))?.load(spec.index);
        if (host !== undefined) await bringInto(host, state);
      });
      known.set(key, text);
    }
  }
}

/** From whatever state it is in. */
async function bringInto(host: EmulatedHost, { power, cut, isFrozen }: HostState): Promise<void> {
  if (power === "off") return host.powerOff();
  if (power === "crashed") await host.crash();
  await host.heal();
  if (power === "on" && !host.isRunning) await host.powerOn();
  if (power === "on") await (isFrozen ? host.freeze() : host.thaw());
  if (cut === "both") await host.cut();
  if (cut === "in" || cut === "out") await host.cutOneWay(cut === "in" ? "deaf" : "mute");
}
