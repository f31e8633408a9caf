import {
  type ApplicationState,
  type ClaimState,
  type KindInfo,
  type KubeObject,
  kinds,
  type ProcessState,
  type ResourceState,
} from "../api/index.ts";
import type { ControllerPorts } from "../controller/index.ts";
import type { Metrics } from "../metrics/index.ts";

const resourceStates: readonly ResourceState[] = [
  "Pending",
  "Bootstrapping",
  "Free",
  "Claimed",
  "Degraded",
  "Unreachable",
  "Draining",
  "Failed",
  "Quarantined",
];

const processStates: readonly ProcessState[] = [
  "Pending",
  "Starting",
  "Running",
  "Ready",
  "Exited",
  "Failed",
  "Stopping",
  "Lost",
];

const claimStates: readonly ClaimState[] = [
  "Pending",
  "Bound",
  "Installing",
  "Configured",
  "Ready",
  "Releasing",
  "Failed",
];

const applicationStates: readonly ApplicationState[] = [
  "Pending",
  "Acquiring",
  "Installing",
  "Running",
  "Available",
  "Updating",
  "Degraded",
  "Complete",
  "Failed",
  "Suspended",
  "Expired",
  "Deleting",
];

type Stateful = KubeObject & { readonly status?: { readonly state?: string } };
type Caches = Pick<ControllerPorts, "cache">;

/** Objects by their state, counted from the caches when somebody asks; machines by their pool too. */
export function measureObjects(metrics: Metrics, { cache }: Caches): void {
  const count = <T extends Stateful>(
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
        for (const [state, number] of countsOf(objects.list(), states)) gauge.set({ state }, number);
      },
    });
  };
  count("plush_applications", "Applications by their state.", kinds.Application, applicationStates);
  count("plush_claims", "Members of applications, spares included, by their state.", kinds.Claim, claimStates);
  count("plush_processes", "Processes by their state.", kinds.Process, processStates);
  measurePools(metrics, { cache });
}

function measurePools(metrics: Metrics, { cache }: Caches): void {
  const pools = cache(kinds.ResourcePool);
  const ofPool = cache(kinds.Resource).index(({ spec }) => [spec.poolName ?? ""]);
  metrics.gauge<"pool" | "state">({
    name: "plush_resources",
    help: "Machines by their pool and the state of their Resource.",
    labels: ["pool", "state"],
    collect: (gauge) => {
      // Pools that are gone are not shown any more.
      gauge.reset();
      const names = pools.list().map(({ metadata }) => metadata.name ?? "");
      // Machines that stand alone have no pool.
      for (const pool of ofPool("").length > 0 ? ["", ...names] : names) {
        for (const [state, number] of countsOf(ofPool(pool), resourceStates)) gauge.set({ pool, state }, number);
      }
    },
  });
  metrics.gauge<"pool">({
    name: "plush_pool_braked",
    help: "1 where so many machines of the pool were lost at once that nothing is replaced, else 0.",
    labels: ["pool"],
    collect: (gauge) => {
      gauge.reset();
      for (const { metadata, status } of pools.list())
        gauge.set({ pool: metadata.name ?? "" }, status?.braked === true ? 1 : 0);
    },
  });
}

function countsOf(objects: readonly Stateful[], states: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map(states.map((state) => [state, 0]));
  for (const { status } of objects) {
    const state = status?.state ?? "Pending";
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return counts;
}
