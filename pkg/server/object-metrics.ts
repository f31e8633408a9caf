import { type KindInfo, type KubeObject, kinds } from "../api/index.ts";
import type { ControllerPorts } from "../controller/index.ts";
import type { Metrics } from "../metrics/index.ts";

const resourceStates = [
  "Pending",
  "Bootstrapping",
  "Free",
  "Claimed",
  "Degraded",
  "Unreachable",
  "Draining",
  "Failed",
  "Quarantined",
] as const;

const processStates = ["Pending", "Starting", "Running", "Ready", "Exited", "Failed", "Stopping", "Lost"] as const;

type Stateful = KubeObject & { readonly status?: { readonly state?: string } };

/** Machines and processes by their state, counted from the caches when somebody asks. */
export function measureObjects(metrics: Metrics, { cache }: Pick<ControllerPorts, "cache">): void {
  const countStates = <T extends Stateful>(
    name: string,
    help: string,
    kind: KindInfo<T>,
    states: readonly string[],
  ): void => {
    const objects = cache(kind);
    metrics.gauge<"state">({
      name,
      help,
      labels: ["state"],
      collect: (gauge) => {
        const counts = new Map(states.map((state) => [state, 0]));
        for (const { status } of objects.list()) {
          const state = status?.state ?? "Pending";
          counts.set(state, (counts.get(state) ?? 0) + 1);
        }
        for (const [state, count] of counts) gauge.set({ state }, count);
      },
    });
  };
  countStates("plush_resources", "Machines by the state of their Resource.", kinds.Resource, resourceStates);
  countStates("plush_processes", "Processes by their state.", kinds.Process, processStates);
}
