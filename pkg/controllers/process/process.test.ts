import { expect, onTestFinished, test } from "vitest";
import { aReadyResource, aReport, connected, lost } from "../../../test/support/builders.ts";
import { openTestApi, type TestApi } from "../../../test/support/test-api.ts";
import { type Claim, findCondition, kinds, mustDecode, type Process, type Resource } from "../../api/index.ts";
import { systemClock } from "../../clock/index.ts";
import { ControllerManager } from "../../controller/index.ts";
import type { HostNews, HostObservation } from "../../fabric/index.ts";
import { silentLogger } from "../../log/index.ts";
import { Metrics } from "../../metrics/index.ts";
import type { ProcessReport } from "../../protocol/index.ts";
import { makeProcessControllers } from "./index.ts";

const apiVersion = "plush.dev/v1";
const key = { namespace: "default", name: "job" };

/** What is seen of the only machine, as a test sets it. */
class OneMachine {
  #observation: HostObservation = connected();
  #listener: (uid: string, news: HostNews) => void = () => undefined;
  uid = "";

  observe(): HostObservation {
    return this.#observation;
  }

  subscribe(listener: (uid: string, news: HostNews) => void): () => void {
    this.#listener = listener;
    return () => undefined;
  }

  see(observation: HostObservation): void {
    this.#observation = observation;
    this.#listener(this.uid, "runs");
  }
}

async function start({ controller }: TestApi): Promise<OneMachine> {
  const manager = new ControllerManager({
    api: controller,
    clock: systemClock,
    log: silentLogger,
    metrics: new Metrics(),
    random: Math.random,
  });
  const machine = new OneMachine();
  const spec = { address: "m1", poolName: "lab" };
  const made = mustDecode(kinds.Resource, { apiVersion, kind: "Resource", metadata: { name: "m1" }, spec });
  const { metadata } = await controller.create(kinds.Resource, made);
  const { status } = aReadyResource("m1");
  const ready: Resource = { ...made, metadata, ...(status !== undefined && { status }) };
  await controller.update(kinds.Resource, ready, { subresource: "status" });
  machine.uid = metadata.uid ?? "";
  for (const controller of makeProcessControllers({ ...manager.ports(), fabric: machine })) manager.add(controller);
  onTestFinished(() => manager.stop());
  await manager.start();
  return machine;
}

async function bind({ controller }: TestApi, { uid }: OneMachine): Promise<Claim> {
  await expect.poll(() => controller.list(kinds.Claim).then(({ items }) => items.length)).toBe(1);
  const binding = { apiVersion, kind: "Binding", resourceName: "m1", resourceUid: uid, epoch: 1 };
  await controller.post(kinds.Claim, key, "binding", binding);
  return controller.get(kinds.Claim, key);
}

const aBareProcess = (spec: Readonly<Record<string, unknown>> = {}): Process =>
  mustDecode(kinds.Process, {
    apiVersion,
    kind: "Process",
    metadata: key,
    spec: { resourceName: "m1", command: ["sleep", "9"], restartPolicy: "Always", ...spec },
  });

const told = async ({ user }: TestApi): Promise<string> => {
  const { status } = await user.get(kinds.Process, key);
  const ready = findCondition(status?.conditions, "Ready");
  return `${status?.state}: ${ready?.status} ${ready?.reason} ${ready?.message}`;
};

test("a bare process: its claim, what its machine says, and its end", async () => {
  const api = await openTestApi();
  const machine = await start(api);
  const { metadata } = await api.user.create(kinds.Process, aBareProcess());
  const claim = await bind(api, machine);
  expect(claim.metadata.ownerReferences).toMatchObject([{ kind: "Process", name: "job", controller: true }]);
  await expect.poll(() => told(api)).toBe("Pending: False Pending ordered of its machine");

  const report: ProcessReport = {
    uid: metadata.uid ?? "",
    name: "job",
    revision: "",
    epoch: 1,
    state: "Ready",
    restarts: 0,
    ports: {},
    pid: 7,
  };
  machine.see(connected([aReport(claim, { processes: [report] })]));
  await expect.poll(() => told(api)).toBe("Ready: True Ready ");
  machine.see(lost("judging", 0));
  machine.see(lost("unreachable", 0));
  await expect.poll(() => told(api)).toBe("Ready: Unknown HostLost m1 does not answer: no beat");
  machine.see(connected([aReport(claim, { processes: [{ ...report, epoch: 9 }] })]));
  await expect.poll(() => told(api)).toBe("Pending: False Pending ordered of its machine");
  const { items } = await api.user.list(kinds.Event);
  expect(items.map(({ reason, message }) => `${reason} ${message}`)).toContain("Ready ready on m1");

  await api.user.delete(kinds.Process, key);
  await expect.poll(() => api.user.list(kinds.Claim).then(({ items: claims }) => claims.length)).toBe(0);
  await expect.poll(() => api.user.list(kinds.Process).then(({ items: left }) => left.length)).toBe(0);
});

test("B-FIL-15: a template that is no good holds its process, and is told of one that runs", async () => {
  const api = await openTestApi();
  const machine = await start(api);
  const files = [{ path: "list", template: true, configMapKeyRef: { name: "app", key: "list" } }];
  await api.user.create(kinds.Process, aBareProcess({ files }));
  await bind(api, machine);
  const configMap = (list: string) => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { ...key, name: "app" },
    data: { list },
  });
  const wrong = "file list: key list of ConfigMap app, line 1, column 1: unknown name .nothing";
  await api.user.create(kinds.ConfigMap, configMap("{{ .nothing }}"));
  await expect.poll(() => told(api)).toContain(`Pending: False TemplateInvalid ${wrong}`);
  await api.user.update(kinds.ConfigMap, configMap("{{ .ordinal }}"));
  await expect.poll(() => told(api)).toBe("Pending: False Pending ordered of its machine");
  const [claim] = (await api.user.list<Claim>(kinds.Claim)).items;
  const { metadata, spec } = await api.user.get<Process>(kinds.Process, key);
  const report = { uid: metadata.uid ?? "", name: "p", revision: spec.revision, epoch: 1, restarts: 0, ports: {} };
  machine.see(connected([aReport(claim as Claim, { processes: [{ ...report, state: "Ready" }] })]));
  await expect.poll(() => told(api)).toMatch(/^Ready: True/);
  const current = async (): Promise<string | undefined> =>
    findCondition((await api.user.get<Process>(kinds.Process, key)).status?.conditions, "ValuesCurrent")?.status;
  expect(await current()).toBeUndefined();
  await api.user.update(kinds.ConfigMap, configMap("{{ .nothing }}"));
  await expect.poll(current).toBe("False");
  await api.user.update(kinds.ConfigMap, configMap("{{ .address }}"));
  await expect.poll(current).toBe("True");
});

test("a process that waits for a Secret goes on once it is there, with the key", async () => {
  const api = await openTestApi();
  const machine = await start(api);
  const env = [
    { name: "PASSWORD", valueFrom: { secretKeyRef: { name: "db", key: "password" } } },
    { name: "HINT", valueFrom: { secretKeyRef: { name: "none", key: "hint", optional: true } } },
  ];
  await api.user.create(kinds.Process, aBareProcess({ env, envFrom: [{ configMapRef: { name: "app" } }] }));
  await bind(api, machine);
  const configMap = { apiVersion: "v1", kind: "ConfigMap", metadata: { ...key, name: "app" } };
  const secret = { apiVersion: "v1", kind: "Secret", metadata: { ...key, name: "db" } };
  const waits = "Pending: False ReferenceNotFound waits for";
  await expect.poll(() => told(api)).toBe(`${waits} ConfigMap app, Secret db`);
  await api.user.create(kinds.ConfigMap, configMap);
  await expect.poll(() => told(api)).toBe(`${waits} Secret db`);
  await api.user.create(kinds.Secret, secret);
  await expect.poll(() => told(api)).toBe(`${waits} key password of Secret db`);
  const data = { password: Buffer.from("x").toString("base64") };
  await api.user.update(kinds.Secret, Object.assign({ ...secret }, { data }));
  await expect.poll(() => told(api)).toBe("Pending: False Pending ordered of its machine");
});
