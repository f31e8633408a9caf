import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { storedKinds } from "../../pkg/api/index.ts";
import { type Api, type ApiOptions, openApi, openSealer, startApiServer } from "../../pkg/apiserver/index.ts";
import { controllerIdentity, ensurePki } from "../../pkg/auth/index.ts";
import { systemClock } from "../../pkg/clock/index.ts";
import { ControllerManager } from "../../pkg/controller/index.ts";
import { makeGarbageControllers } from "../../pkg/controllers/garbage/index.ts";
import { makeNamespaceController } from "../../pkg/controllers/namespace/index.ts";
import { silentLogger } from "../../pkg/log/index.ts";
import { Metrics } from "../../pkg/metrics/index.ts";
import { openStore } from "../../pkg/store/index.ts";
import { type Footprint, type FuzzTarget, settled } from "./fuzz.ts";

export interface FuzzServer extends FuzzTarget {
  close(): Promise<void>;
}

/** The API server in this process, with the controllers that empty namespaces and collect garbage. */
export async function startFuzzServer(actions?: ApiOptions["actions"]): Promise<FuzzServer> {
  const directory = await mkdtemp(join(tmpdir(), "plush-fuzz-"));
  const clock = systemClock;
  const log = silentLogger;
  const metrics = new Metrics();
  const store = await openStore({ directory: join(directory, "store"), clock });
  const sealer = await openSealer(directory);
  const api = await openApi({ store, clock, sealer, version: "0.0.0", ...(actions !== undefined && { actions }) });
  const manager = new ControllerManager({
    api: api.localClient(controllerIdentity),
    clock,
    log,
    metrics,
    random: Math.random,
  });
  manager.add(makeNamespaceController(manager.ports()));
  for (const controller of makeGarbageControllers({ ...manager.ports(), ownership: api.ownership }))
    manager.add(controller);
  await manager.start();
  const pki = await ensurePki(join(directory, "pki"), { hosts: [], now: clock.now() });
  const unlimited = { requestsPerSecond: 0, requestsInFlight: 0, streamsPerUser: 0, strangersPerSecond: 0 };
  const server = await startApiServer({
    api,
    pki,
    host: "127.0.0.1",
    port: 0,
    log,
    metrics,
    version: "0.0.0",
    authorizer: api.backend.authorizer,
    limits: unlimited,
    findMachine: () => machine,
    usage: async () => new Map(),
  });
  return {
    url: server.url,
    port: server.port,
    ca: pki.authority.certificate,
    credential: pki.admin,
    async settle() {
      await deleteEverything(api);
      return footprint();
    },
    async close() {
      await manager.stop();
      await server.close();
      await store.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const nothing = async (): Promise<Readable & { readonly writable: true }> => {
  throw new Error("nobody asks for this without an upgrade");
};
const machine = {
  exec: nothing as never,
  attach: nothing as never,
  openPort: nothing as never,
  readLog: async () => Readable.from([Buffer.from("a line\n")]),
};

/** In the name of the controllers, whom no finalizer stops. */
async function deleteEverything(api: Api): Promise<void> {
  const client = api.localClient(controllerIdentity);
  for (const kind of storedKinds) {
    for (const { metadata } of (await client.list(kind)).items) {
      const { namespace = "", name = "" } = metadata;
      const key = { namespace, name };
      const free = { type: "merge", body: { metadata: { finalizers: null } } } as const;
      // What goes by another hand meanwhile is gone all the same; some things cannot go, and are few.
      if ((metadata.finalizers ?? []).length > 0) await client.patch(kind, key, free).catch(() => undefined);
      await client.delete(kind, key).catch(() => undefined);
    }
  }
}

async function footprint(): Promise<Footprint> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const heapBytes = await settled(() => {
    collect();
    return process.memoryUsage().heapUsed;
  });
  const open = await readdir("/proc/self/fd");
  return { heapBytes, handles: open.length + process.getActiveResourcesInfo().length };
}
