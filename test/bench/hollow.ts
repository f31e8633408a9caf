import { applyStep, crowdStep } from "./hollow/apply.ts";
import { barrierStep } from "./hollow/barrier.ts";
import { broadcastFigure } from "./hollow/broadcast.ts";
import { connectStep, growStep, restStep } from "./hollow/connect.ts";
import { cutStep } from "./hollow/cut.ts";
import { metricsFigure } from "./hollow/metrics-read.ts";
import { packageStep } from "./hollow/package.ts";
import { agents, chosenSteps, fanOut } from "./hollow/settings.ts";
import { getStep, stormStep } from "./hollow/storm.ts";
import { HollowWorld } from "./hollow/world.ts";
import type { Figure, Figures } from "./measure.ts";

/** In this order: each finds what those before it have left. */
const steps: Readonly<Record<string, (world: HollowWorld) => Promise<readonly Figure[]>>> = {
  connect: connectStep,
  ...(fanOut > 0 && { grow: growStep }),
  rest: restStep,
  broadcast: async ({ client, pid }) => [await broadcastFigure(client, pid, agents)],
  apply: applyStep,
  barrier: barrierStep,
  package: packageStep,
  cut: cutStep,
  crowd: crowdStep,
  metrics: async ({ client, pid, processes }) => [
    await metricsFigure(client, pid, `${agents} machines, ${processes.list().length} processes`),
  ],
  get: getStep,
  storm: stormStep,
};

/** A thousand agents that are hollow: what the server's side of them costs, and how soon it sees what becomes of them. */
export async function* benchHollow(): Figures {
  const unknown = chosenSteps?.find((name) => !(name in steps));
  if (unknown !== undefined) throw new Error(`no step ${unknown}; there are ${Object.keys(steps).join(", ")}`);
  const world = await HollowWorld.start();
  for (const [name, step] of Object.entries(steps))
    if (chosenSteps === undefined || chosenSteps.includes(name)) yield* await step(world);
}
