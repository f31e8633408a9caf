import { type Figure, quantile, spread } from "../measure.ts";
import { service } from "./apply.ts";
import { agents, members } from "./settings.ts";
import type { HollowWorld } from "./world.ts";

/** So few at once that they are no mass loss. */
const cutAtOnce = Math.max(2, Math.floor(agents / 100));
const cuts = 5;

/** Machines are cut off in silence; how soon the API says so of each, and how soon its member is Ready elsewhere. */
export async function cutStep(world: HollowWorld): Promise<readonly Figure[]> {
  const declared: number[] = [];
  const replaced: number[] = [];
  for (let round = 0; round < cuts; round++) {
    const lost = world
      .ready(service)
      .slice(0, cutAtOnce)
      .map(({ spec }) => spec.resourceName ?? "");
    const startedAt = performance.now();
    const seen = new Map<string, number>();
    const stop = world.resources.on({
      update: ({ metadata, status }) => {
        const { name = "" } = metadata;
        const isLost = status?.state === "Unreachable" || status?.state === "Failed";
        if (lost.includes(name) && isLost && !seen.has(name)) seen.set(name, performance.now() - startedAt);
      },
    });
    world.fleet.inflict("silent", ...lost);
    await world.until(() => seen.size === lost.length, "all cut machines are declared lost");
    stop();
    declared.push(...seen.values());
    const elsewhere = (): number =>
      world.ready(service).filter(({ spec }) => !lost.includes(spec.resourceName ?? "")).length;
    await world.until(() => elsewhere() === members, "all members are Ready elsewhere");
    replaced.push(performance.now() - startedAt);
    world.fleet.inflict("heal", ...lost);
    await takenBack(world, lost);
  }
  const p99 = quantile(declared, 0.99);
  const work = `${cutAtOnce} of ${agents} cut off in silence → declared lost, ${cuts} times`;
  return [
    {
      work: `${work}; p99 ${(p99 / 1000).toFixed(1)} s`,
      reference: "",
      measured: spread(declared),
      bar: "p99 ≤ 4 s",
      met: p99 <= 4000,
    },
    {
      work: `the same → all ${members} Ready elsewhere`,
      reference: "",
      measured: spread(replaced),
      bar: "≤ 5 s",
      met: quantile(replaced, 0.5) <= 5000,
    },
  ];
}

/** A machine that was lost takes nothing new for a minute, which the next one who wants a member on each would wait for. */
async function takenBack(world: HollowWorld, lost: readonly string[]): Promise<void> {
  const are = (state: RegExp): boolean =>
    world.resources
      .list()
      .filter(({ metadata }) => lost.includes(metadata.name ?? ""))
      .every(({ status }) => state.test(status?.state ?? ""));
  await world.until(() => are(/Quarantined|Free/), "machines that were cut off are clean");
  await world.plush("uncordon", ...lost);
  await world.until(() => are(/Free/), "machines that were cut off are Free");
}
