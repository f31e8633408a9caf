import type { Process } from "../../../pkg/api/index.ts";
import type { Figure } from "../measure.ts";
import { agents } from "./settings.ts";
import type { HollowWorld } from "./world.ts";

const application = "meeting";
const phase = "meet";

/** A member on each machine; from when a watcher sees the last one enter a phase's barrier until it sees the release. */
export async function barrierStep(world: HollowWorld): Promise<readonly Figure[]> {
  const isEntered = ({ spec, status }: Process): boolean =>
    spec.applicationName === application && spec.phase === phase && status?.state === "Ready";
  let [enteredAt, releasedAt] = [0, 0];
  const stopProcesses = world.processes.on({
    update: (process) => {
      if (isEntered(process)) enteredAt = performance.now();
    },
  });
  const stopPhases = world.phases.on({
    update: ({ spec, status }) => {
      const isReleased = spec.applicationName === application && spec.phase === phase && status?.state === "Released";
      if (isReleased && releasedAt === 0) releasedAt = performance.now();
    },
  });
  const processes = [{ name: "go", command: ["hollow"], restartPolicy: "Always" as const }];
  await world.client.applications.create({
    metadata: { name: application, namespace: "default" },
    spec: { components: [{ name: "members", replicas: agents }], phases: [{ name: phase, processes }] },
  });
  await world.until(() => releasedAt > 0, `the barrier of ${agents} members is released`);
  stopProcesses();
  stopPhases();
  await world.remove(application);
  const ms = Math.max(0, releasedAt - enteredAt);
  return [
    {
      work: `barrier of a phase, ${agents} members: last entry → release, as a watcher sees them`,
      reference: "",
      measured: `${ms.toFixed(0)} ms`,
      bar: "≤ 250 ms for 1,000",
      met: ms <= 250,
      points: [{ series: "barrier", unit: "s", value: ms / 1000 }],
    },
  ];
}
