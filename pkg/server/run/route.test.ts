import { expect, onTestFinished, test } from "vitest";
import { startTestServer, type TestServer } from "../../../test/support/test-api.ts";
import { type KindInfo, type KubeObject, kinds } from "../../api/index.ts";
import { bodyChunks, type HttpClient, httpClient, lines } from "../../client/index.ts";
import { systemClock } from "../../clock/index.ts";
import { ControllerManager } from "../../controller/index.ts";
import type { RunningCommand, RunOrder } from "../../fabric/index.ts";
import { silentLogger } from "../../log/index.ts";
import { Metrics } from "../../metrics/index.ts";
import { type ExecResult, type RunMessage, runControlRoute, runRoute } from "../../protocol/index.ts";
import { makeRunRoutes } from "./route.ts";

/** A command that ends at once, and well; `sleep` does not end before it is stopped. */
function begun({ argv }: RunOrder): RunningCommand {
  if (argv[0] !== "sleep") return { ended: Promise.resolve({ exitCode: 0 }), stop: () => undefined };
  let stop = (): void => undefined;
  const ended = new Promise<ExecResult>((_resolve, reject) => {
    stop = () => reject(new Error("stopped"));
  });
  return { ended, stop };
}

interface Scene {
  readonly test: TestServer;
  readonly asked: RunOrder[];
  /** The status, once everything is answered. */
  run(user: string, request: object): Promise<number>;
  /** The answer while it comes. */
  open(user: string, path: string, body: object): Promise<{ status: number; messages: AsyncGenerator<RunMessage> }>;
}

/** Machine m1 of pool lab, where who logs in is ubuntu, with a claim of application web. */
async function start(): Promise<Scene> {
  const asked: RunOrder[] = [];
  let routes: ReturnType<typeof makeRunRoutes> = [];
  const test = await startTestServer({
    readToken: async (token) => ({ identity: { user: token, groups: [] } }),
    extraRoutes: [runRoute, runControlRoute].map((path) => ({
      ...{ method: "POST", path },
      handle: async (request) => routes.find((route) => route.path === path)?.handle(request) as never,
    })),
  });
  const { controller: api } = test;
  const manager = new ControllerManager({
    ...{ api, clock: systemClock, log: silentLogger, metrics: new Metrics(), random: Math.random },
  });
  const { cache } = manager.ports();
  const fabric = {
    exec: () => Promise.reject(new Error("none of these commands has input")),
    run(_uid: string, order: RunOrder): RunningCommand {
      asked.push(order);
      return begun(order);
    },
  };
  const machines = { resources: cache(kinds.Resource), pools: cache(kinds.ResourcePool) };
  cache(kinds.Claim);
  const put = (kind: KindInfo, body: object): Promise<KubeObject> =>
    api.create(kind, { apiVersion: "plush.dev/v1", kind: kind.kind, ...body } as KubeObject);
  const provider = { static: { hosts: [{ address: "m1" }] } };
  const access = { runAs: ["web"] };
  await put(kinds.ResourcePool, { metadata: { name: "lab" }, spec: { provider, ssh: { user: "ubuntu" }, access } });
  const machine = await put(kinds.Resource, { metadata: { name: "m1" }, spec: { address: "m1", poolName: "lab" } });
  const key = { namespace: "default", name: "web-0" };
  const labels = { "plush.dev/application": "web" };
  await put(kinds.Claim, { metadata: { ...key, labels }, spec: { component: "web" } });
  const place = { resourceName: "m1", resourceUid: machine.metadata.uid, epoch: 1 };
  await api.post(kinds.Claim, key, "binding", place);
  onTestFinished(() => manager.stop());
  await manager.start();
  routes = makeRunRoutes({ clock: systemClock, fabric, whyAway: () => undefined, cache, ...machines });
  const open = (user: string, path: string, body: object) => post(test, user, path, body);
  const run = async (user: string, request: object): Promise<number> => {
    const { status, messages } = await open(user, runRoute, { argv: ["true"], ...request });
    for await (const _ of messages);
    return status;
  };
  return { test, asked, open, run };
}

async function post(test: TestServer, token: string, path: string, body: object) {
  const client: HttpClient = httpClient({ server: test.server.url, ca: test.pki.authority.certificate, token });
  onTestFinished(() => client.close());
  const headers = { "content-type": "application/json" };
  const response = await client.transport.request({ method: "POST", path, headers, body: JSON.stringify(body) });
  async function* messages(): AsyncGenerator<RunMessage> {
    for await (const line of lines(bodyChunks(response.body))) yield JSON.parse(line) as RunMessage;
  }
  return { status: response.status, messages: messages() };
}

async function give(test: TestServer, kind: KindInfo, role: string, user: string): Promise<void> {
  const metadata = kind.namespaced ? { name: user, namespace: "default" } : { name: user };
  const binding = {
    ...{ apiVersion: "rbac.authorization.k8s.io/v1", kind: kind.kind, metadata },
    roleRef: { kind: "ClusterRole", name: role },
    subjects: [{ kind: "User", name: user }],
  };
  await test.user.create<KubeObject>(kind, binding as KubeObject);
}

const web = { application: { namespace: "default", name: "web" } };

test("commands run where who asks may run them: in claims of a namespace, or on machines; as whom the pool allows", async () => {
  const { test: server, asked, run } = await start();
  await give(server, kinds.RoleBinding, "edit", "bob");
  await give(server, kinds.RoleBinding, "view", "val");
  await give(server, kinds.ClusterRoleBinding, "cluster-admin", "root");
  expect(await run("bob", web)).toBe(200);
  expect(await run("bob", { ...web, user: "web" })).toBe(200);
  expect(await run("bob", { ...web, user: "ubuntu" })).toBe(200);
  expect(asked.map(({ user, claimUid }) => [user, claimUid !== undefined])).toEqual([
    [undefined, true],
    ["web", true],
    ["ubuntu", true],
  ]);
  expect(await run("bob", { ...web, user: "root" })).toBe(403);
  expect(await run("bob", { application: { namespace: "other", name: "web" } })).toBe(403);
  for (const name of ["m1", "nothing"]) expect(await run("bob", { resources: [name] })).toBe(403);
  expect(await run("val", web)).toBe(403);
  expect(asked).toHaveLength(3);
  expect(await run("root", { resources: ["m1"], user: "root" })).toBe(200);
});

test("who made a run stops it, and nobody else does", async () => {
  const { test: server, open } = await start();
  for (const user of ["bob", "ben"]) await give(server, kinds.RoleBinding, "edit", user);
  const { messages } = await open("bob", runRoute, { argv: ["sleep", "600"], ...web });
  const { value: targets } = await messages.next();
  if (targets?.type !== "targets") throw new Error("no targets");
  const control = async (user: string, run: string): Promise<number> =>
    (await open(user, runControlRoute, { run, stop: true })).status;
  expect(await control("ben", targets.run)).toBe(404);
  expect(await control("bob", targets.run)).toBe(200);
  expect((await messages.next()).value).toMatchObject({ type: "result", claim: "web-0", reason: "Stopped" });
  expect((await messages.next()).value).toEqual({ type: "end" });
  expect((await messages.next()).done).toBe(true);
  expect(await control("bob", targets.run)).toBe(404);
});
