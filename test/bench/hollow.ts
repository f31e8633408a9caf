import { applyStep, crowdStep } from "./hollow/apply.ts";
import { barrierStep } from "./hollow/barrier.ts";
import { broadcastFigure } from "./hollow/broadcast.ts";
import { connectStep, growStep, restSteps } from "./hollow/connect.ts";
import { cutStep } from "./hollow/cut.ts";
import { metricsFigure } from "./hollow/metrics-read.ts";
import { packageStep } from "./hollow/package.ts";
import { agents, chosenSteps, fanOut } from "./hollow/settings.ts";
import { getStep, stormStep } from "./hollow/storm.ts";
import { HollowWorld, type Step } from "./hollow/world.ts";
import type { Figures } from "./measure.ts";

const { idle, rest } = restSteps();

const steps: Readonly<Record<string, Step>> = {
  idle,
  connect: connectStep,
  ...(fanOut > 0 && { grow: growStep }),
  rest,
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
  const isChosen = (name: string): boolean =>
    chosenSteps === undefined || chosenSteps.includes(name === "idle" ? "rest" : name);
  for (const [name, step] of Object.entries(steps)) if (isChosen(name)) yield* await step(world);
}
