import type { Process } from "../../../pkg/api/index.ts";
import { type Figure, quantile, spread } from "../measure.ts";
import { Tally } from "./tally.ts";
import type { HollowWorld } from "./world.ts";

const rounds = 5;

export async function getStep(world: HollowWorld): Promise<readonly Figure[]> {
  const times: number[] = [];
  let lines = 0;
  for (let round = 0; round < rounds; round++) {
    const startedAt = performance.now();
    lines = (await world.plush("get", "processes")).trimEnd().split("\n").length - 1;
    times.push(performance.now() - startedAt);
  }
  const ms = quantile(times, 0.5);
  return [
    {
      work: `plush get processes, ${lines} of them`,
      reference: "",
      measured: spread(times),
      bar: "≤ 1 s",
      met: ms <= 1000,
      points: [{ series: "plush get processes", unit: "s", value: ms / 1000 }],
    },
  ];
}

/** All processes stop being ready at one instant; until a watcher has been told of each. */
export async function stormStep(world: HollowWorld): Promise<readonly Figure[]> {
  const isReady = ({ status }: Process): boolean => status?.state === "Ready";
  const ready = new Tally(world.processes, isReady);
  const { count } = ready;
  const start = await world.mark();
  world.fleet.inflict("unwell", ...world.resources.list().map(({ metadata }) => metadata.name ?? ""));
  await world.until(() => ready.count === 0, `${count} processes seen not ready`);
  ready.stop();
  const step = { series: "storm", bar: "≤ 2 s for 10,000", seconds: 2, each: count };
  return [await world.timed(`${count} processes change at once → all seen by a watcher`, start, step)];
}
