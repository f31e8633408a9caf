import type { Process } from "../../../pkg/api/index.ts";
import type { Figure } from "../measure.ts";
import { agents, members, processesEach } from "./settings.ts";
import { Tally } from "./tally.ts";
import type { HollowWorld } from "./world.ts";

/** What cut-off machines take their members from. */
export const service = "service";

/** An application with a process on nine machines of ten. */
export async function applyStep(world: HollowWorld): Promise<readonly Figure[]> {
  const start = await world.mark();
  await world.client.applications.create({
    metadata: { name: service, namespace: "default" },
    spec: {
      components: [{ name: "members", replicas: members }],
      recovery: { maxReplacements: 10_000 },
      phases: [{ name: "serve", processes: [{ name: "serve", command: ["hollow"], restartPolicy: "Always" }] }],
    },
  });
  await world.until(() => world.ready(service).length === members, `${members} members ready`);
  const step = { series: "apply → Ready", bar: "≤ 15 s for 900", seconds: 15, each: members };
  return [await world.timed(`application of ${members} members: applied → all Ready`, start, step)];
}

/** Ten processes more on each machine: made, placed and ready. */
export async function crowdStep(world: HollowWorld): Promise<readonly Figure[]> {
  const count = agents * processesEach;
  const processes = Array.from({ length: processesEach }, (_, index) => ({
    name: `crowd-${index}`,
    command: ["hollow"],
    restartPolicy: "Always" as const,
  }));
  const start = await world.mark();
  await world.client.applications.create({
    metadata: { name: "crowd", namespace: "default" },
    spec: { components: [{ name: "members", replicas: agents }], phases: [{ name: "serve", processes }] },
  });
  const isReady = ({ spec, status }: Process): boolean => spec.applicationName === "crowd" && status?.state === "Ready";
  const ready = new Tally(world.processes, isReady);
  await world.until(() => ready.count === count, `${count} processes ready`);
  ready.stop();
  const series = `${processesEach} processes each → Ready`;
  const step = { series, rate: "reconciles in that", bar: "≤ 15 s for 10,000", seconds: 15, each: count };
  return [await world.timed(`${count} processes: applied → all Ready`, start, step)];
}
