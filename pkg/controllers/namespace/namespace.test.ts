import { expect, onTestFinished, test } from "vitest";
import { openTestApi, type TestApi } from "../../../test/support/test-api.ts";
import { type KubeObject, kinds } from "../../api/index.ts";
import { systemClock } from "../../clock/index.ts";
import { ControllerManager } from "../../controller/index.ts";
import { silentLogger } from "../../log/index.ts";
import { Metrics } from "../../metrics/index.ts";
import { makeNamespaceController } from "./index.ts";
import { planNamespace, type Remaining } from "./plan.ts";

/** Long, because a busy machine is no fault; what comes in time costs nothing. */
const soon = { timeout: 10_000 };

async function startNamespaces(api: TestApi): Promise<void> {
  const manager = new ControllerManager({
    api: api.controller,
    clock: systemClock,
    log: silentLogger,
    metrics: new Metrics(),
    random: Math.random,
  });
  manager.add(makeNamespaceController(manager.ports()));
  onTestFinished(() => manager.stop());
  await manager.start();
}

function named(name: string, metadata: Partial<KubeObject["metadata"]> = {}): KubeObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "x", ...metadata } };
}

test("a namespace is emptied and goes; what holds it is told; others keep what they have", async () => {
  const api = await openTestApi();
  await startNamespaces(api);
  const { user } = api;
  const key = { namespace: "", name: "x" };
  await user.create(kinds.Namespace, { apiVersion: "v1", kind: "Namespace", metadata: { name: "x" } });
  await user.create(kinds.ConfigMap, named("plain"));
  await user.create(kinds.ConfigMap, named("held", { finalizers: ["test/hold"] }));
  await user.create(kinds.ConfigMap, named("other", { namespace: "default" }));
  const going = await user.delete(kinds.Namespace, key);
  expect(going?.status?.phase).toBe("Terminating");
  const condition = async () => (await user.get(kinds.Namespace, key)).status?.conditions?.[0]?.message;
  await expect.poll(condition, soon).toContain("1 configmap");
  await user.patch(
    kinds.ConfigMap,
    { namespace: "x", name: "held" },
    { type: "merge", body: { metadata: { finalizers: [] } } },
  );
  await expect.poll(() => user.get(kinds.Namespace, key).catch((error) => error.reason), soon).toBe("NotFound");
  const { items } = await user.list(kinds.ConfigMap);
  expect(items.map(({ metadata }) => metadata.name)).toEqual(["other"]);
});

test("work goes before what it needs, owners before what they own, Events last", () => {
  const owned = { ownerReferences: [{ apiVersion: "a", kind: "b", name: "c", uid: "d", controller: true }] };
  const all: readonly Remaining[] = [
    { kind: kinds.Event, objects: [named("event")] },
    { kind: kinds.Secret, objects: [named("secret")] },
    {
      kind: kinds.Claim,
      objects: [named("claim", owned), named("bare", { deletionTimestamp: "2026-01-01T00:00:00Z" })],
    },
    { kind: kinds.Application, objects: [named("application")] },
  ];
  const order: string[][] = [];
  for (let left = all; left.some(({ objects }) => objects.length > 0); ) {
    const going = planNamespace(left).deletions.map(({ object }) => object);
    order.push(going.map(({ metadata }) => metadata.name ?? ""));
    const isGone = (object: KubeObject): boolean => going.includes(object) || object.metadata.name === "bare";
    left = left.map(({ kind, objects }) => ({ kind, objects: objects.filter((object) => !isGone(object)) }));
  }
  expect(order).toEqual([["application"], ["claim"], ["secret"], ["event"]]);
  expect(planNamespace(all).left).toBe("1 event, 1 secret, 2 claims, 1 application");
});
