import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import {
  type Api,
  type ApiOptions,
  type ApiServer,
  type ApiServerOptions,
  openApi,
  openSealer,
  startApiServer,
} from "../../pkg/apiserver/index.ts";
import { controllerIdentity, ensurePki, makeKubeconfig, type Pki } from "../../pkg/auth/index.ts";
import type { ApiClient } from "../../pkg/client/index.ts";
import { type Clock, systemClock } from "../../pkg/clock/index.ts";
import { silentLogger } from "../../pkg/log/index.ts";
import { Metrics } from "../../pkg/metrics/index.ts";
import { openStore, type Store, type StoreOptions } from "../../pkg/store/index.ts";

/** A user of the API as administrators are, and not one of the server's own controllers. */
const testUser = { user: "tester", groups: ["system:masters"] };

export interface TestApi {
  readonly directory: string;
  readonly store: Store;
  readonly api: Api;
  /** In the name of a person. */
  readonly user: ApiClient;
  /** In the name of the server's controllers. */
  readonly controller: ApiClient;
}

/** The API over a real store in a directory of its own; all of it goes with the test. */
export async function openTestApi(
  options: { readonly clock?: Clock; readonly retention?: StoreOptions["retention"] } & Pick<ApiOptions, "reboot"> = {},
): Promise<TestApi> {
  const clock = options.clock ?? systemClock;
  const directory = await mkdtemp(join(tmpdir(), "plush-api-"));
  const store = await openStore({
    directory: join(directory, "store"),
    clock,
    ...(options.retention !== undefined && { retention: options.retention }),
  });
  onTestFinished(async () => {
    await store.close();
    await rm(directory, { recursive: true, force: true });
  });
  const { reboot } = options;
  const sealer = await openSealer(directory);
  const api = await openApi({ store, clock, sealer, version: "0.0.0", ...(reboot && { reboot }) });
  return {
    directory,
    store,
    api,
    user: api.localClient(testUser),
    controller: api.localClient(controllerIdentity),
  };
}

export interface TestServer extends TestApi {
  readonly server: ApiServer;
  readonly pki: Pki;
  readonly metrics: Metrics;
  /** Text of the administrator's kubeconfig. */
  readonly kubeconfig: string;
}

/** The same behind HTTPS on a free port of loopback. */
export async function startTestServer(
  options: Partial<ApiServerOptions> = {},
  apiOptions: Parameters<typeof openTestApi>[0] = {},
): Promise<TestServer> {
  const test = await openTestApi(apiOptions);
  const pki = await ensurePki(join(test.directory, "pki"), { hosts: [], now: Date.now() });
  const metrics = new Metrics();
  const server = await startApiServer({
    api: test.api,
    pki,
    host: "127.0.0.1",
    port: 0,
    log: silentLogger,
    metrics,
    version: "0.0.0",
    authorizer: test.api.backend.authorizer,
    ...options,
  });
  onTestFinished(() => server.close());
  const authority = pki.authority.certificate;
  const kubeconfig = makeKubeconfig({ url: server.url, authority, credential: pki.admin, user: "admin" });
  return { ...test, server, pki, metrics, kubeconfig };
}
