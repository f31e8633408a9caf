import type { Ownership } from "../apiserver/index.ts";
import type { ControllerManager, ControllerPorts } from "../controller/index.ts";
import { makeApplicationController } from "../controllers/application/index.ts";
import { makeBarrierController } from "../controllers/barrier/index.ts";
import { makeClaimController, makePrefetchController, makeRebalanceController } from "../controllers/claim/index.ts";
import { makeClusterRoleController } from "../controllers/clusterrole/index.ts";
import { makeComponentController } from "../controllers/component/index.ts";
import { makeDocumentController } from "../controllers/document/index.ts";
import { makeEventSinkController } from "../controllers/eventsink/index.ts";
import { makeGarbageControllers } from "../controllers/garbage/index.ts";
import { type GitSyncPorts, makeGitSyncController } from "../controllers/gitsync/index.ts";
import { makeHookController } from "../controllers/hook/index.ts";
import { makeLoanController, makeProviderLoanController } from "../controllers/loan/index.ts";
import { makeNamespaceController } from "../controllers/namespace/index.ts";
import { makePhaseController } from "../controllers/phase/index.ts";
import { makePoolController, type PoolPorts } from "../controllers/pool/index.ts";
import { makeProcessControllers, type Scrapes } from "../controllers/process/index.ts";
import { makeQuotaController, type QuotaPorts } from "../controllers/quota/index.ts";
import { makeResourceController } from "../controllers/resource/index.ts";
import { type CollectedResults, type CollectRequest, makeResultsController } from "../controllers/results/index.ts";
import { makeServiceAccountController } from "../controllers/serviceaccount/index.ts";
import { makeSoftwareController, type PackageSource } from "../controllers/software/index.ts";
import { type ItemSource, makeWorkController } from "../controllers/work/index.ts";
import type { Fabric, Provider } from "../fabric/index.ts";
import type { LeaseBook } from "../fencing/index.ts";
import type { HookCaller } from "../hooks/index.ts";
import type { Metrics } from "../metrics/index.ts";
import type { Sinks } from "../sinks/index.ts";
import type { Store } from "../store/index.ts";
import { claimLeases } from "./leases.ts";

export interface ControllerParts {
  readonly manager: ControllerManager;
  readonly ownership: Ownership;
  readonly usageOf: QuotaPorts["usageOf"];
  readonly fabric: Fabric;
  readonly providers: readonly Provider[];
  readonly leaseBook: LeaseBook;
  readonly packages: PackageSource;
  readonly hooks: HookCaller;
  readonly sinks: Sinks;
  readonly scrapes: Scrapes;
  readonly items: ItemSource;
  readonly collect: (request: CollectRequest) => Promise<CollectedResults>;
  /** Absent: no repository is reached. */
  readonly gitSync?: Omit<GitSyncPorts, keyof ControllerPorts>;
  readonly store: Store;
  readonly metrics: Metrics;
  /** The data came out of a backup: what agents hold and it does not know is removed by people alone. */
  readonly restored: boolean;
}

/** So long a claim that the server does not know is left alone on its machine. */
const removeOrphansAfterMs = 600_000;

/** How providers answer, and how long that takes. */
function measureProviders(metrics: Metrics): NonNullable<PoolPorts["measure"]> {
  const seconds = metrics.histogram<"verb" | "result">({
    name: "plush_provider_request_seconds",
    help: "Requests to providers of machines.",
    labels: ["verb", "result"],
    buckets: [0.01, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600],
  });
  return (verb, result, took) => seconds.observe({ verb, result }, took);
}

/** Every control loop of the server. */
export function addControllers(parts: ControllerParts): void {
  const { manager, fabric, providers, packages, store, metrics, hooks } = parts;
  const ports = manager.ports();
  manager.add(makeNamespaceController(ports));
  manager.add(makeServiceAccountController(ports));
  manager.add(makeQuotaController({ ...ports, usageOf: parts.usageOf }));
  for (const controller of makeGarbageControllers({ ...ports, ownership: parts.ownership })) manager.add(controller);
  manager.add(makeClusterRoleController(ports));
  const { restored } = parts;
  manager.add(makePoolController({ ...ports, fabric, providers, restored, measure: measureProviders(metrics) }));
  manager.add(makeLoanController(ports));
  manager.add(makeProviderLoanController({ ...ports, providers }));
  manager.add(makeResourceController({ ...ports, fabric, providers }));
  manager.add(makeSoftwareController({ ...ports, packages }));
  manager.add(makeApplicationController(ports));
  manager.add(makePhaseController(ports));
  manager.add(makeBarrierController({ ...ports, fabric }));
  manager.add(makeHookController({ ...ports, hooks }));
  if (parts.gitSync !== undefined) manager.add(makeGitSyncController({ ...ports, ...parts.gitSync }));
  manager.add(makeEventSinkController({ ...ports, sinks: parts.sinks }));
  manager.add(makeComponentController(ports));
  for (const controller of makeProcessControllers({ ...ports, fabric, scrapes: parts.scrapes }))
    manager.add(controller);
  manager.add(makeResultsController({ ...ports, fabric, collect: parts.collect }));
  manager.add(makeWorkController({ ...ports, fabric, items: parts.items, collect: parts.collect }));
  const recoverySeconds = metrics.histogram({
    name: "plush_recovery_seconds",
    help: "From a failure to the member being ready on another machine.",
    buckets: [0.5, 1, 2, 3, 5, 8, 13, 21, 34, 60, 120, 300],
  });
  const { epochFloor } = store;
  const leases = claimLeases(parts.leaseBook, providers, ports.cache);
  manager.add(makeClaimController({ ...ports, fabric, hooks, leases, epochFloor, recoverySeconds }));
  manager.add(makePrefetchController({ ...ports, fabric }));
  manager.add(makeRebalanceController({ ...ports, fabric }));
  manager.add(
    makeDocumentController({
      ...ports,
      fabric,
      clusterUid: store.clusterUid,
      term: store.term,
      epochFloor,
      revision: () => store.revision,
      ...(!parts.restored && { removeOrphansAfterMs }),
    }),
  );
}
