import { existsSync } from "node:fs";
import { kinds, type ObjectKey } from "../api/index.ts";
import { type Api, type ApiServer, type ExtraRoute, openApi } from "../apiserver/index.ts";
import { controllerIdentity, mastersGroup, type Pki } from "../auth/index.ts";
import { ControllerManager } from "../controller/index.ts";
import { diffSync, type GitSyncPorts } from "../controllers/gitsync/index.ts";
import { Egress } from "../egress/index.ts";
import { type Fabric, type LeaseSource, makeFabric } from "../fabric/index.ts";
import type { LeaseBook } from "../fencing/index.ts";
import type { Metrics } from "../metrics/index.ts";
import type { SyncDiff } from "../protocol/index.ts";
import { writeAdminAccess } from "./admin-access.ts";
import { openAudit } from "./audit.ts";
import { makeAuthentication, makeTokenSigner } from "./authentication.ts";
import { openBackups } from "./backups/open-backups.ts";
import { pruneBlobsHourly } from "./blob-pruning.ts";
import { Closers } from "./closers.ts";
import { addControllers, type ControllerParts } from "./controllers.ts";
import { makeDoctorRoutes } from "./doctor/routes.ts";
import { type Foundation, openFoundation } from "./foundation.ts";
import { makeGitSyncPorts } from "./git-sync.ts";
import { makeGitWebhookRoute } from "./git-webhook-route.ts";
import { makeHookCaller } from "./hook-calls.ts";
import { makeItemSource } from "./item-source.ts";
import { makeJoins } from "./joins.ts";
import { makeLeaseBook, noticeMachines } from "./leases.ts";
import { listenForMetrics } from "./metrics-listener.ts";
import { measureObjects } from "./object-metrics.ts";
import { makeOwnComputer } from "./own-computer.ts";
import { makePackageSource } from "./package-source.ts";
import { ProcessScrapes } from "./process-scrapes.ts";
import { makeProviders } from "./providers.ts";
import { makeResultSource } from "./result-source.ts";
import type { RunningServer } from "./running-server.ts";
import { serve } from "./serve.ts";
import { isLoopback, type ServerOptions } from "./server-options.ts";
import { makeSinks } from "./sinks.ts";
import { measureTransitions } from "./transition-metrics.ts";
import { makeTreeAuthority } from "./tree-authority.ts";

/** Who asks waits for it. */
const diffTimeoutMs = 120_000;

/** Starts a server in this process. What has been opened is closed again where a later part cannot start. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const closers = new Closers();
  try {
    return await assemble(options, closers);
  } catch (error) {
    // Why it cannot start is what matters, whatever else fails then.
    await closers.closeAll().catch(() => undefined);
    throw error;
  }
}

/** What controllers have of packages and the like. */
function blobUsers(
  { blobs, clock, data, metrics }: Foundation,
  options: ServerOptions,
  { api, fabric, egress }: { readonly api: Api; readonly fabric: Fabric; readonly egress: Egress },
) {
  const allowFile = options.allowFileRepositories === true || isLoopback(options.host);
  return {
    packages: makePackageSource({ blobs, egress, scratch: data.repositories, allowFile }),
    gitSync: makeGitSyncPorts({ api, blobs, egress, metrics, directory: data.syncs, allowFile }),
    items: makeItemSource(blobs),
    collect: makeResultSource({ fabric, blobs, clock }),
  };
}

/** Those that call whom users name, until the server stops. */
function makeCallers(
  { log, metrics, store }: Foundation,
  manager: ControllerManager,
  egress: Egress,
  closers: Closers,
): Pick<ControllerParts, "hooks" | "sinks"> {
  const ports = manager.ports();
  const hooks = makeHookCaller(ports, egress, metrics);
  closers.add(() => hooks.stop());
  const { clusterUid } = store;
  const sinks = makeSinks(ports, { egress, metrics, log, clusterUid, random: Math.random });
  closers.add(() => sinks.stop());
  return { hooks, sinks };
}

async function assemble(options: ServerOptions, closers: Closers): Promise<RunningServer> {
  const foundation = await openFoundation(options, closers);
  const { store, clock, log, metrics, data, blobs, certificates } = foundation;
  let leaseBook: LeaseBook | undefined;
  const fabric = startFabric(foundation, { renew: async (uid, request) => leaseBook?.renew(uid, request) });
  closers.add(() => fabric.close());
  const diffs: SyncDiffs = {};
  const reboot = (uid: string): Promise<void> => fabric.reboot(uid);
  const api = await openServerApi(options, foundation, { reboot, diff: async (key) => diffs.of?.(key) });
  const manager = makeManager(foundation, api);
  leaseBook = openLeaseBook(foundation, fabric, manager);
  closers.add(() => leaseBook?.close());
  const ownComputer = makeOwnComputer(options, foundation);
  const ownPorts: number[] = [];
  const egress = new Egress({ allowLoopback: isLoopback(options.host), ownPorts: () => ownPorts });
  const callers = makeCallers(foundation, manager, egress, closers);
  const scrapes = new ProcessScrapes({ ...manager.ports(), clock, fabric, metrics });
  const joins = makeJoins(foundation, { ...manager.ports(), fabric }, closers);
  const providers = [...makeProviders(options, foundation, ownComputer), joins.provider];
  const users = blobUsers(foundation, options, { api, fabric, egress });
  addControllers({
    manager,
    scrapes,
    ...callers,
    ownership: api.ownership,
    usageOf: (namespace) => api.usageOf(namespace),
    fabric,
    providers,
    ...users,
    store,
    metrics,
    leaseBook,
    restored: existsSync(data.restoredMark),
  });
  measure(metrics, manager);
  const audit = await openAudit(options, foundation, closers);
  const authentication = makeAuthentication(options, foundation, { api, egress });
  const { backups, scheduled } = await openBackups(options, foundation, closers);
  const webhooks = openSyncs(foundation, { ...manager.ports(), ...users.gitSync }, diffs);
  const doctor = makeDoctorRoutes({
    ...{ ...manager.ports(), foundation, providers, version: options.version, lines: foundation.recentLines },
    backups: () => scheduled && { ...scheduled.state.schedule, ...scheduled.state },
  });
  const parts = { api, fabric, manager, authentication, audit, backups, scrapes, joins };
  const server = await serve(options, foundation, { ...parts, routes: [...doctor, webhooks] });
  closers.add(() => server.close());
  ownPorts.push(server.port);
  closers.add(() => manager.stop());
  closers.add(pruneBlobsHourly({ ...manager.ports(), blobs, clock, log }));
  await manager.start();
  if (isLoopback(options.host)) closers.add(ownComputer.start(() => manager.ports().cache(kinds.ResourcePool).list()));
  ownPorts.push(...(await serveMetrics(options, foundation, closers)));
  await giveAccess(foundation, server);
  log.info({ url: server.url, dataDir: data.root, cluster: store.clusterUid, term: store.term }, "server ready");
  return {
    url: server.url,
    kubeconfig: data.adminKubeconfig,
    api: api.localClient({ user: "admin", groups: [mastersGroup] }),
    local: ownComputer.local,
    reload: () => certificates.reload(),
    stop: () => closers.closeAll(),
  };
}

/** What objects are, and what becomes of them. */
function measure(metrics: Metrics, manager: ControllerManager): void {
  measureObjects(metrics, manager.ports());
  measureTransitions(metrics, manager);
}

/** Now, and again when certificates are made anew. */
async function giveAccess({ data, certificates }: Foundation, server: ApiServer): Promise<void> {
  const give = (pki: Pki): Promise<void> => writeAdminAccess(data.adminKubeconfig, server.url, pki);
  await give(certificates.pki);
  certificates.onChange((pki) => {
    server.present(pki.server);
    return give(pki);
  });
}

/** Where the operator wants them without credentials too; returns the ports. */
async function serveMetrics(
  { metricsListen }: ServerOptions,
  { metrics }: Foundation,
  closers: Closers,
): Promise<readonly number[]> {
  if (metricsListen === undefined) return [];
  const listener = await listenForMetrics(metrics, metricsListen);
  closers.add(() => listener.close());
  return [listener.port];
}

/** Lets what a sync would change be asked for; where pushes are told. */
function openSyncs({ metrics }: Foundation, ports: GitSyncPorts, diffs: SyncDiffs): ExtraRoute {
  diffs.of = (key) => diffSync(key, ports, AbortSignal.timeout(diffTimeoutMs));
  return makeGitWebhookRoute(ports, metrics);
}

/** What is there once the controllers' ports are, which are made of the API. */
interface SyncDiffs {
  of?: (key: ObjectKey) => Promise<SyncDiff>;
}

function openServerApi(
  options: ServerOptions,
  foundation: Foundation,
  acts: {
    readonly reboot: (resourceUid: string) => Promise<void>;
    readonly diff: (key: ObjectKey) => Promise<unknown>;
  },
): Promise<Api> {
  const { store, clock, sealer } = foundation;
  return openApi({
    store,
    clock,
    sealer,
    version: options.version,
    tokenSigner: makeTokenSigner(options, foundation),
    reboot: acts.reboot,
    actions: { "gitsyncs/diff": ({ key }) => acts.diff(key) },
  });
}

function makeManager({ clock, log, metrics, tracer }: Foundation, api: Api): ControllerManager {
  return new ControllerManager({
    api: api.localClient(controllerIdentity),
    clock,
    log,
    metrics,
    random: Math.random,
    ...(tracer !== undefined && { tracer }),
    // Users keep much in them of which controllers look up little.
    sourceOf: (kind) => (kind.kind === kinds.ConfigMap.kind ? api.sourceOf(kind) : undefined),
  });
}

/** What machines say of themselves is evidence in it, for as long as the fabric lives. */
function openLeaseBook(foundation: Foundation, fabric: Fabric, manager: ControllerManager): LeaseBook {
  const { store, clock, log, data, keys } = foundation;
  const restored = existsSync(data.restoredMark);
  const sign = (bytes: Uint8Array): string => keys.sign(bytes);
  const book = makeLeaseBook({ store, clock, log, restored, sign }, manager.ports().cache);
  noticeMachines(book, fabric);
  return book;
}

function startFabric(foundation: Foundation, leases: LeaseSource): Fabric {
  const { clock, log, metrics, tracer, blobs, keys, store, bundle, certificates } = foundation;
  return makeFabric({
    ...(tracer !== undefined && { tracer }),
    leases,
    tree: makeTreeAuthority(certificates, clock),
    clock,
    log,
    metrics,
    blobs,
    signDocument: (bytes) => keys.sign(bytes),
    serverKey: keys.publicKey,
    clusterUid: store.clusterUid,
    term: store.term,
    agentBundle: bundle,
    random: Math.random,
  });
}
