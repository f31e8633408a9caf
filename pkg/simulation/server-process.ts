import { Readable } from "node:stream";
import { expandHosts, kinds } from "../api/index.ts";
import { openApi, type Sealer } from "../apiserver/index.ts";
import { controllerIdentity, mastersGroup } from "../auth/index.ts";
import type { ApiClient } from "../client/index.ts";
import { ControllerManager } from "../controller/index.ts";
import { type Connector, type Fabric, makeFabric, type Provider } from "../fabric/index.ts";
import { silentLogger } from "../log/index.ts";
import { Metrics } from "../metrics/index.ts";
import { addControllers, makeHookCaller, makeLeaseBook, makeSinks, noticeMachines } from "../server/index.ts";
import { StatusError } from "../status/index.ts";
import { openStoreOn, type Store } from "../store/index.ts";
import { carelessStore } from "./careless-store.ts";
import type { Lookout, WakeChecks } from "./checks/wake-checks.ts";
import type { ProcessClock } from "./process-clock.ts";
import type { Random } from "./random.ts";
import type { ServerDisk } from "./store-disk.ts";
import type { Wiring } from "./wiring.ts";

export interface ServerProcessParts {
  readonly clock: ProcessClock;
  readonly random: Random;
  readonly disk: ServerDisk;
  readonly wiring: Wiring;
  /** Its data came out of an older copy. */
  readonly restored: boolean;
  readonly connectorTo: (address: string) => Connector;
  readonly wakes: WakeChecks;
  /** Called when the store is open, before anything reads it. */
  readonly onOpen: (store: Store) => void;
}

/** One life of a server: the real store, API, controllers and fabric, without a transport. */
export interface ServerProcess {
  readonly clock: ProcessClock;
  readonly store: Store;
  /** In the name of an administrator. */
  readonly user: ApiClient;
  readonly controllers: Lookout;
}

const packageBytes = 1 << 20;

/** Secrets are no matter here. */
const sealer: Sealer = { seal: (object) => object, open: (stored) => stored };

/** Those that call whom users name, in a world where nobody answers. */
function makeCallers(manager: ControllerManager, parts: Omit<Parameters<typeof makeSinks>[1], "egress">) {
  const egress = { post: () => Promise.reject(new StatusError("Unreachable", "nobody")) };
  const ports = manager.ports();
  return { hooks: makeHookCaller(ports, egress, parts.metrics), sinks: makeSinks(ports, { ...parts, egress }) };
}

export async function startServer(parts: ServerProcessParts): Promise<ServerProcess> {
  const { clock, random, disk, wiring } = parts;
  const next = (): number => random.next();
  const opened = openStoreOn(disk.open(clock), { clock });
  const store = parts.wakes.watchStore(wiring.broken === "atomicity" ? carelessStore(opened) : opened);
  parts.onOpen(store);
  const log = silentLogger;
  const api = await openApi({
    store,
    clock,
    sealer,
    version: "0.0.0",
    newUid: () => makeUid(random),
    random: next,
  });
  const metrics = new Metrics();
  const manager = new ControllerManager({
    api: api.localClient(controllerIdentity),
    clock,
    log,
    metrics,
    random: next,
    sourceOf: (kind) => (kind.kind === kinds.ConfigMap.kind ? api.sourceOf(kind) : undefined),
  });
  const sign = (): string => "";
  const leaseBook = makeLeaseBook({ store, clock, log, restored: parts.restored, sign }, manager.ports().cache);
  const fabric = parts.wakes.watchFabric(
    makeFabric({
      leases: leaseBook,
      clock,
      log,
      metrics,
      blobs: { open: async () => ({ size: packageBytes, stream: Readable.from([]) }) },
      signDocument: () => "",
      serverKey: "",
      clusterUid: store.clusterUid,
      term: store.term,
      agentBundle: { version: "v1" },
      random: next,
    }),
  );
  if (wiring.broken === "waking") deafen(fabric);
  noticeMachines(leaseBook, fabric);
  addControllers({
    manager,
    leaseBook,
    scrapes: { outcomeOf: () => undefined, subscribe: () => () => undefined },
    ...makeCallers(manager, { metrics, log, random: next, clusterUid: store.clusterUid }),
    ownership: api.ownership,
    usageOf: (namespace) => api.usageOf(namespace),
    fabric,
    providers: [makeProvider(parts.connectorTo)],
    packages: {
      fetch: async () => ({ digest: `sha256:${"a".repeat(64)}`, size: packageBytes }),
      fetchGit: () => Promise.reject(new StatusError("Unreachable", "nobody")),
      stat: async () => ({ size: packageBytes }),
    },
    items: { lines: async () => [], files: async () => [] },
    collect: async () => ({ results: [] }),
    store,
    metrics,
    restored: parts.restored,
  });
  await manager.start();
  return { clock, store, controllers: manager, user: api.localClient({ user: "admin", groups: [mastersGroup] }) };
}

/** Nobody is told what machines report of processes. */
function deafen(fabric: Fabric): void {
  const subscribe = fabric.subscribe.bind(fabric);
  fabric.subscribe = (listener) => subscribe((uid, news) => news === "runs" || listener(uid, news));
}

function makeProvider(connectorTo: (address: string) => Connector): Provider {
  return {
    name: "static",
    machines: ({ spec }) => expandHosts(spec.provider.static?.hosts ?? [], spec.ssh.port, "").machines,
    reach: async ({ spec }) => ({ connector: connectorTo(spec.address), fingerprint: "same" }),
  };
}

function makeUid(random: Random): string {
  const digits = (): string =>
    Math.floor(random.next() * 2 ** 32)
      .toString(16)
      .padStart(8, "0");
  const text = digits() + digits() + digits() + digits();
  return `${text.slice(0, 8)}-${text.slice(8, 12)}-4${text.slice(13, 16)}-8${text.slice(17, 20)}-${text.slice(20)}`;
}
