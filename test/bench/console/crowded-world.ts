import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type KubeObject, kinds } from "../../../pkg/api/index.ts";
import { openApi, openSealer, startApiServer } from "../../../pkg/apiserver/index.ts";
import { controllerIdentity, ensurePki } from "../../../pkg/auth/index.ts";
import { type ApiClient, eachLimited, httpClient } from "../../../pkg/client/index.ts";
import { systemClock } from "../../../pkg/clock/index.ts";
import { silentLogger } from "../../../pkg/log/index.ts";
import { startLoopback } from "../../../pkg/loopback/index.ts";
import { Metrics } from "../../../pkg/metrics/index.ts";
import { openPages } from "../../../pkg/pages/index.ts";
import { openStore } from "../../../pkg/store/index.ts";

export interface CrowdedWorld {
  readonly url: string;
  readonly client: ApiClient;
  /** An address that lets a browser in once. */
  newLink(): string;
  /** Changes so many objects a second, until the returned function is called. */
  churn(changesPerSecond: number): () => Promise<void>;
  close(): Promise<void>;
}

const sites = ["sjc", "nyc", "fra", "sin", "gru", "syd", "bom", "jnb"].map((site, index) => ({
  site,
  latitude: [37.3, 40.7, 50.1, 1.35, -23.5, -33.9, 19.1, -26.2][index] ?? 0,
  longitude: [-121.9, -74, 8.7, 103.8, -46.6, 151.2, 72.9, 28][index] ?? 0,
}));

/**
 * The API with so many machines and ten processes on each, which nobody runs: what they say of themselves is written by
 * hand. Behind it the proxy of `plush ui`, with the console.
 */
export async function openCrowdedWorld(machines: number): Promise<CrowdedWorld> {
  const directory = await mkdtemp(join(tmpdir(), "plush-console-bench-"));
  const store = await openStore({ directory: join(directory, "store"), clock: systemClock });
  const api = await openApi({ store, clock: systemClock, sealer: await openSealer(directory), version: "0.0.0" });
  const pki = await ensurePki(join(directory, "pki"), { hosts: [], now: Date.now() });
  const server = await startApiServer({
    ...{ api, pki, host: "127.0.0.1", port: 0, log: silentLogger, metrics: new Metrics(), version: "0.0.0" },
    authorizer: api.backend.authorizer,
    limits: { requestsPerSecond: 0, requestsInFlight: 0, streamsPerUser: 0, strangersPerSecond: 0 },
  });
  const pages = openPages("dist/console");
  if (pages === undefined) throw new Error("dist/console is missing: make build");
  const { certificate: cert, key } = pki.admin;
  const { transport } = httpClient({ server: server.url, ca: pki.authority.certificate, cert, key });
  const loopback = await startLoopback({ transport, server: server.url, pages, port: 0, clock: systemClock });
  const client = api.localClient(controllerIdentity);
  await fill(client, machines);
  return {
    url: `http://127.0.0.1:${loopback.port}`,
    client,
    newLink: () => loopback.newLink(),
    churn: (changesPerSecond) => churn(client, machines, changesPerSecond),
    async close() {
      await loopback.close();
      await server.close();
      await store.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const processesEach = 10;
const namespace = "default";
const application = "crowd";

async function fill(client: ApiClient, machines: number): Promise<void> {
  const indices = Array.from({ length: machines }, (_, index) => index);
  await client.create(kinds.ResourcePool, pool());
  await client.create(kinds.Application, applicationObject(machines));
  await eachLimited(indices, 64, async (index) => {
    await client.create(kinds.Resource, machine(index));
    await client.patch(kinds.Resource, { namespace: "", name: nameOf(index) }, machineStatus(index, 0), {
      subresource: "status",
    });
    await client.create(kinds.Claim, claim(index));
    const ready = {
      type: "merge",
      body: { status: { state: "Ready", resourceName: nameOf(index), epoch: 1 } },
    } as const;
    await client.patch(kinds.Claim, { namespace, name: claimName(index) }, ready, { subresource: "status" });
    for (let number = 0; number < processesEach; number++) {
      await client.create(kinds.Process, process(index, number));
      await client.patch(kinds.Process, processKey(index, number), processStatus(index, "Ready"), {
        subresource: "status",
      });
    }
  });
}

/** One machine's load for each four processes that stop being ready or become it again, evenly over a second. */
function churn(client: ApiClient, machines: number, changesPerSecond: number): () => Promise<void> {
  let count = 0;
  const pending = new Set<Promise<unknown>>();
  const change = (): void => {
    const index = (count * 7919) % machines;
    const number = count % processesEach;
    const state = Math.floor(count / machines) % 2 === 0 ? "Running" : "Ready";
    const written =
      count++ % 5 === 0
        ? client.patch(kinds.Resource, { namespace: "", name: nameOf(index) }, machineStatus(index, count), {
            subresource: "status",
          })
        : client.patch(kinds.Process, processKey(index, number), processStatus(index, state), {
            subresource: "status",
          });
    const done: Promise<unknown> = written.catch(() => undefined).finally(() => pending.delete(done));
    pending.add(done);
  };
  const periodMs = 20;
  let owed = 0;
  const timer = setInterval(() => {
    for (owed += (changesPerSecond * periodMs) / 1000; owed >= 1; owed--) change();
  }, periodMs);
  return async () => {
    clearInterval(timer);
    await Promise.all(pending);
  };
}

const nameOf = (index: number): string => `m${String(index).padStart(4, "0")}`;
const claimName = (index: number): string => `${application}-servers-${index}`;
const processKey = (index: number, number: number) => ({
  namespace,
  name: `${application}-serve-p${number}-servers-${index}`,
});

const labels = (index: number) => ({
  "plush.dev/application": application,
  "plush.dev/component": "servers",
  "plush.dev/phase": "serve",
  "plush.dev/ordinal": String(index),
  "plush.dev/resource": nameOf(index),
});

const plain = (kind: string, metadata: KubeObject["metadata"], spec: object): KubeObject =>
  ({ apiVersion: "plush.dev/v1", kind, metadata, spec }) as KubeObject;

function pool(): KubeObject {
  const provider = { static: { hosts: [{ address: "192.0.2.1" }] } };
  return plain("ResourcePool", { name: "wide" }, { provider, ssh: { user: "nobody" } });
}

function applicationObject(machines: number): KubeObject {
  const processes = [{ name: "p0", command: ["sleep", "1000"], restartPolicy: "Always" }];
  const spec = { components: [{ name: "servers", replicas: machines }], phases: [{ name: "serve", processes }] };
  return plain("Application", { name: application, namespace }, spec);
}

function machine(index: number): KubeObject {
  const { site = "", latitude, longitude } = sites[index % sites.length] ?? {};
  const address = `198.51.${Math.floor(index / 250)}.${index % 250}`;
  const spec = { poolName: "wide", address, port: 22, location: { latitude, longitude }, labels: { site } };
  return plain("Resource", { name: nameOf(index), labels: { site } }, spec);
}

function machineStatus(index: number, round: number) {
  const load = ((index * 37 + round) % 800) / 100;
  const { site = "" } = sites[index % sites.length] ?? {};
  const attributes = { "cpu.cores": 8, "memory.total": "16Gi", "load.1m": load, site };
  return { type: "merge", body: { status: { state: "Claimed", attributes, claims: 1 } } } as const;
}

function claim(index: number): KubeObject {
  const spec = { componentName: `${application}-servers`, component: "servers", ordinal: index };
  const bound = { ...spec, resourceName: nameOf(index), epoch: 1 };
  return plain("Claim", { name: claimName(index), namespace, labels: labels(index) }, bound);
}

function process(index: number, number: number): KubeObject {
  const spec = {
    ...{ command: ["sleep", "1000"], restartPolicy: "Always", applicationName: application },
    ...{ component: "servers", ordinal: index, phase: "serve", phaseName: `${application}-serve` },
    ...{ process: `p${number}`, claimName: claimName(index) },
  };
  const metadata = { ...processKey(index, number), labels: { ...labels(index), "plush.dev/process": `p${number}` } };
  return plain("Process", metadata, spec);
}

function processStatus(index: number, state: "Running" | "Ready") {
  return { type: "merge", body: { status: { state, resourceName: nameOf(index), restarts: 0, epoch: 1 } } } as const;
}
