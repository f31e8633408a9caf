import { onTestFinished } from "vitest";
import type { Api, ExtraRoute } from "../../pkg/apiserver/index.ts";
import type { ApiClient } from "../../pkg/client/index.ts";
import { systemClock } from "../../pkg/clock/index.ts";
import { ControllerManager } from "../../pkg/controller/index.ts";
import { makeApplicationController } from "../../pkg/controllers/application/index.ts";
import {
  makeClaimController,
  makePrefetchController,
  makeRebalanceController,
  noLeases,
} from "../../pkg/controllers/claim/index.ts";
import { makeComponentController } from "../../pkg/controllers/component/index.ts";
import { makeDocumentController } from "../../pkg/controllers/document/index.ts";
import { makeGarbageControllers } from "../../pkg/controllers/garbage/index.ts";
import { makeHookController } from "../../pkg/controllers/hook/index.ts";
import { makeLoanController, makeProviderLoanController } from "../../pkg/controllers/loan/index.ts";
import { makePhaseController } from "../../pkg/controllers/phase/index.ts";
import { makePoolController } from "../../pkg/controllers/pool/index.ts";
import { makeProcessControllers } from "../../pkg/controllers/process/index.ts";
import { makeQuotaController } from "../../pkg/controllers/quota/index.ts";
import { makeResourceController } from "../../pkg/controllers/resource/index.ts";
import { makeResultsController } from "../../pkg/controllers/results/index.ts";
import { makeSoftwareController } from "../../pkg/controllers/software/index.ts";
import { makeWorkController } from "../../pkg/controllers/work/index.ts";
import type { Connector, Provider } from "../../pkg/fabric/index.ts";
import { makeFindRoute } from "../../pkg/find/index.ts";
import { makePlanRoute } from "../../pkg/forecast/index.ts";
import { silentLogger } from "../../pkg/log/index.ts";
import { Metrics } from "../../pkg/metrics/index.ts";
import { makeHookCaller } from "../../pkg/server/hook-calls.ts";
import type { Store } from "../../pkg/store/index.ts";
import { SimulatedEgress } from "./simulated-egress.ts";
import { SimulatedFabric } from "./simulated-fabric.ts";
import { SimulatedLender } from "./simulated-lender.ts";
import { openTestApi } from "./test-api.ts";

const connector: Connector = {
  connect: () => Promise.reject(new Error("simulated")),
  probe: async () => "silent",
  remove: async () => {},
};

const provider: Provider = {
  name: "static",
  machines: ({ spec }) =>
    (spec.provider.static?.hosts ?? []).map(({ address, name = address, labels }) => ({
      name,
      address,
      port: 22,
      labels,
    })),
  reach: async () => ({ connector, fingerprint: "same" }),
};

const packages = {
  fetch: async () => ({ digest: `sha256:${"a".repeat(64)}`, size: 1 }),
  fetchGit: async () => ({ digest: `sha256:${"a".repeat(64)}`, size: 1, commit: "" }),
  stat: async () => ({ size: 1 }),
};

const noItems = {
  lines: async () => [],
  files: async () => [],
};

export interface SimulatedServer {
  readonly api: ApiClient;
  readonly fabric: SimulatedFabric;
  readonly backing: Api;
  readonly store: Store;
  readonly planRoute: ExtraRoute;
  readonly findRoute: ExtraRoute;
  /** What hooks are asked, and what they answer. */
  readonly egress: SimulatedEgress;
  /** Lends the machines of pools that have a `loan` for a term. */
  readonly lender: SimulatedLender;
  /** Ends all controllers, and begins new ones that know what the store and the machines tell. */
  readonly restart: () => Promise<void>;
}

/** All controllers on a real API and store; only the agents, and who is asked outside, are simulated. Ends with the test. */
export async function startSimulatedServer(): Promise<SimulatedServer> {
  const { store, api: backing, controller: api } = await openTestApi();
  const fabric = new SimulatedFabric();
  const egress = new SimulatedEgress();
  const lender = new SimulatedLender();
  let running = await startControllers({ store, backing, api, fabric, egress, lender });
  onTestFinished(() => running.stop());
  const restart = async (): Promise<void> => {
    await running.stop();
    running = await startControllers({ store, backing, api, fabric, egress, lender });
  };
  return {
    api,
    fabric,
    egress,
    lender,
    backing,
    store,
    planRoute: running.planRoute,
    findRoute: running.findRoute,
    restart,
  };
}

type Parts = Omit<SimulatedServer, "planRoute" | "findRoute" | "restart">;

async function startControllers({ store, backing, api, fabric, egress, lender }: Parts) {
  const metrics = new Metrics();
  const manager = new ControllerManager({ api, clock: systemClock, log: silentLogger, metrics, random: Math.random });
  const hooks = makeHookCaller(manager.ports(), egress, metrics);
  const ports = { ...manager.ports(), fabric, providers: [provider], hooks };
  manager.add(makeHookController(ports));
  for (const one of makeGarbageControllers({ ...ports, ownership: backing.ownership })) manager.add(one);
  manager.add(makeQuotaController({ ...ports, usageOf: backing.usageOf }));
  manager.add(makePoolController(ports));
  manager.add(makeLoanController(ports));
  manager.add(makeProviderLoanController({ ...ports, providers: [{ name: "static", maker: lender }] }));
  manager.add(makeResourceController(ports));
  manager.add(makeSoftwareController({ ...ports, packages }));
  manager.add(makeApplicationController(ports));
  manager.add(makeComponentController(ports));
  manager.add(makePhaseController(ports));
  for (const controller of makeProcessControllers(ports)) manager.add(controller);
  manager.add(makeResultsController({ ...ports, collect: (request) => fabric.collect(request) }));
  manager.add(makeWorkController({ ...ports, items: noItems, collect: (request) => fabric.collect(request) }));
  manager.add(makeClaimController({ ...ports, leases: noLeases, recoverySeconds: { observe: () => {} } }));
  manager.add(makePrefetchController(ports));
  manager.add(makeRebalanceController(ports));
  const { clusterUid, term } = store;
  manager.add(makeDocumentController({ ...ports, clusterUid, term, revision: () => store.revision }));
  const planRoute = makePlanRoute({ ...ports, api: backing });
  const findRoute = makeFindRoute(ports);
  await manager.start();
  const stop = async (): Promise<void> => {
    hooks.stop();
    await manager.stop();
  };
  return { planRoute, findRoute, stop };
}
