import { expect, onTestFinished, test } from "vitest";
import { aResource } from "../../../test/support/builders.ts";
import { send } from "../../../test/support/send.ts";
import { openTestApi, startTestServer, type TestApi } from "../../../test/support/test-api.ts";
import { type KindInfo, type KubeObject, kinds, mustDecode, type Pod, type Process } from "../../api/index.ts";
import type { Authorizer, RequestAttributes } from "../../auth/index.ts";
import type { UsageReport } from "../../protocol/index.ts";
import { viewAuthorizer } from "./view-authorizer.ts";

const key = { namespace: "default", name: "p" };
const nobodyOf = { namespace: "", name: "m1" };
const soon = { timeout: 10_000 };

async function withProcess(api: TestApi): Promise<Process> {
  const spec = { resourceName: "m1", command: ["true"], restartPolicy: "Always" };
  const made = { apiVersion: "plush.dev/v1", kind: "Process", metadata: { ...key, labels: { tier: "web" } }, spec };
  return api.controller.create(kinds.Process, mustDecode(kinds.Process, made));
}

async function withMachine(api: TestApi): Promise<void> {
  const { spec } = aResource("m1", { spec: { address: "10.0.0.1" } });
  await api.controller.create(kinds.Resource, {
    apiVersion: "plush.dev/v1",
    kind: "Resource",
    metadata: { name: "m1" },
    spec,
  } as KubeObject);
}

function report(api: TestApi, status: object): Promise<unknown> {
  return api.controller.patch(kinds.Process, key, { type: "merge", body: { status } }, { subresource: "status" });
}

/** What a watch tells, one line an event. */
function watched<T extends KubeObject>(
  api: TestApi,
  kind: KindInfo<T>,
  fieldSelector: string,
  line: (object: T) => unknown,
): string[] {
  const told: string[] = [];
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  void (async () => {
    for await (const { type, object } of api.user.watch(kind, {
      namespace: "default",
      fieldSelector,
      signal: stop.signal,
    }))
      told.push(`${type} ${line(object as T)}`);
  })();
  return told;
}

test("a watch of pods is one of processes: what changes, enters, leaves and goes", async () => {
  const api = await openTestApi();
  const phase = ({ kind, spec, status }: Pod): string => `${kind} ${spec?.nodeName} ${status?.phase}`;
  const pods = watched(api, kinds.Pod, "", phase);
  const running = watched(api, kinds.Pod, "status.phase=Running", phase);
  const processes = watched(api, kinds.Process, "", ({ kind, status }) => `${kind} ${status?.state}`);
  await withProcess(api);
  await report(api, { state: "Ready", resourceName: "m1" });
  await report(api, { state: "Ready", resourceName: "m2" });
  await report(api, { state: "Exited", exitCode: 0 });
  await api.controller.delete(kinds.Process, key);
  await expect.poll(() => pods.length, soon).toBe(5);
  expect(pods).toEqual([
    "ADDED Pod m1 Pending",
    "MODIFIED Pod m1 Running",
    "MODIFIED Pod m2 Running",
    "MODIFIED Pod m2 Succeeded",
    "DELETED Pod m2 Succeeded",
  ]);
  expect(running).toEqual(["ADDED Pod m1 Running", "MODIFIED Pod m2 Running", "DELETED Pod m2 Succeeded"]);
  expect(processes.map((line) => line.split(" ")[1])).toEqual(pods.map(() => "Process"));
});

test("lists have the version of what they show; what is shown of others is looked up", async () => {
  const api = await openTestApi();
  await withMachine(api);
  const { metadata } = await withProcess(api);
  await report(api, { state: "Ready", resourceName: "m1" });
  const pods = await api.user.list(kinds.Pod, { labelSelector: "tier=web", fieldSelector: "spec.nodeName=m1" });
  const processes = await api.user.list(kinds.Process);
  expect(pods.metadata).toEqual(processes.metadata);
  expect(pods.items).toMatchObject([{ metadata: { uid: metadata.uid }, status: { podIP: "10.0.0.1" } }]);
  await expect(api.user.list(kinds.Pod, { fieldSelector: "status.podIP=10.0.0.1" })).rejects.toThrow("not supported");
  await expect(api.user.get(kinds.Pod, { ...key, name: "q" })).rejects.toThrow('pods "q" not found');
});

test("nothing is written in the shape of a view", async () => {
  const api = await openTestApi();
  await withMachine(api);
  const node = await api.user.get(kinds.Node, nobodyOf);
  await expect(api.user.update(kinds.Node, { ...node, spec: { unschedulable: true } } as KubeObject)).rejects.toThrow(
    "nodes only show resources.plush.dev; use those",
  );
  expect((await api.user.get(kinds.Resource, nobodyOf)).kind).toBe("Resource");
});

const machineUsage: UsageReport = {
  at: "2026-01-01T00:00:00.123Z",
  windowMs: 1500,
  machine: { cpuMillis: 250, memoryBytes: 3 * 2 ** 20 },
  processes: [],
};

test("over HTTP: a Node is replaced and patched, usage is asked of machines, evictions are named", async () => {
  const asked: (readonly string[])[] = [];
  const server = await startTestServer({
    usage: async (names) => {
      asked.push(names);
      return new Map([["m1", machineUsage]]);
    },
  });
  await withMachine(server);
  const json = { "content-type": "application/json" };
  const node = JSON.parse((await send(server, "/api/v1/nodes/m1")).text);
  const put = (change: object) =>
    send(server, "/api/v1/nodes/m1", { method: "PUT", headers: json, body: JSON.stringify({ ...node, ...change }) });
  expect((await put({ spec: { ...node.spec, unschedulable: true } })).code).toBe(200);
  expect((await server.user.get(kinds.Resource, nobodyOf)).spec.unschedulable).toBe(true);
  // The version that it was made from is an old one by now.
  expect((await put({})).code).toBe(409);
  const apply = { "content-type": "application/apply-patch+yaml" };
  const applied = { method: "PATCH", headers: apply, body: JSON.stringify({ apiVersion: "v1", kind: "Node" }) };
  expect((await send(server, "/api/v1/nodes/m1?fieldManager=x", applied)).code).toBe(405);
  expect((await send(server, "/api/v1/nodes", { method: "DELETE" })).code).toBe(405);

  const metrics = "/apis/metrics.k8s.io/v1beta1";
  expect(JSON.parse((await send(server, `${metrics}/nodes`)).text)).toMatchObject({
    kind: "NodeMetricsList",
    items: [{ metadata: { name: "m1" }, window: "1.5s", usage: { cpu: "250m", memory: "3072Ki" } }],
  });
  expect((await send(server, `${metrics}/nodes?labelSelector=none`)).text).toContain('"items":[]');
  expect((await send(server, `${metrics}/nodes/m2`)).code).toBe(404);
  expect((await send(server, `${metrics}/pods/p`)).code).toBe(404);
  expect(asked).toEqual([["m1"], [], []]);

  const core = JSON.parse((await send(server, "/api/v1")).text);
  expect(core.resources).toContainEqual(
    expect.objectContaining({ name: "pods/eviction", group: "policy", version: "v1" }),
  );
  expect((await send(server, "/apis/policy/v1")).code).toBe(200);
  expect(JSON.parse((await send(server, "/api/v1/services")).text)).toMatchObject({ kind: "ServiceList", items: [] });
});

test.each<[RequestAttributes, string]>([
  [{ kind: "resource", verb: "get", group: "", resource: "pods", subresource: "log" }, "get plush.dev/processes/log"],
  [{ kind: "resource", verb: "list", group: "", resource: "nodes" }, "list plush.dev/resources/"],
  [{ kind: "resource", verb: "list", group: "metrics.k8s.io", resource: "pods" }, "list plush.dev/processes/"],
  [{ kind: "resource", verb: "get", group: "", resource: "secrets" }, "get /secrets/"],
])("who may do it is asked of what is shown: %o", (attributes, expected) => {
  const asked: string[] = [];
  const authorizer: Authorizer = {
    decide: (_identity, wanted) => {
      if (wanted.kind === "resource")
        asked.push(`${wanted.verb} ${wanted.group}/${wanted.resource}/${wanted.subresource ?? ""}`);
      return { allowed: true, reason: "" };
    },
    rulesOf: () => ({ rules: [] }),
    rulesOfRole: () => undefined,
  };
  viewAuthorizer(authorizer).decide({ user: "bob", groups: [] }, attributes);
  expect(asked).toEqual([expected]);
});
