import { expect, onTestFinished, test } from "vitest";
import { openTestApi, type TestApi } from "../../../test/support/test-api.ts";
import { type ConfigMap, type KubeObject, kinds } from "../../api/index.ts";
import { systemClock } from "../../clock/index.ts";
import { ControllerManager } from "../../controller/index.ts";
import { silentLogger } from "../../log/index.ts";
import { Metrics } from "../../metrics/index.ts";
import { makeGarbageControllers } from "./index.ts";

/** Long, because a busy machine is no fault; what comes in time costs nothing. */
const soon = { timeout: 10_000 };

async function startGarbage(api: TestApi): Promise<ControllerManager> {
  const manager = new ControllerManager({
    api: api.controller,
    clock: systemClock,
    log: silentLogger,
    metrics: new Metrics(),
    random: Math.random,
  });
  for (const controller of makeGarbageControllers({ ...manager.ports(), ownership: api.api.ownership }))
    manager.add(controller);
  onTestFinished(() => manager.stop());
  await manager.start();
  return manager;
}

async function make({ user }: TestApi, name: string, owner?: KubeObject, blocks = false): Promise<ConfigMap> {
  const reference = owner && {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name ?? "",
    uid: owner.metadata.uid ?? "",
    ...(blocks && { blockOwnerDeletion: true }),
  };
  return user.create(kinds.ConfigMap, {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace: "default", ...(reference && { ownerReferences: [reference] }) },
  });
}

async function names({ user }: TestApi): Promise<readonly string[]> {
  const { items } = await user.list(kinds.ConfigMap);
  return items.map(({ metadata }) => metadata.name ?? "");
}

const key = (name: string) => ({ namespace: "default", name });

test("a whole family goes after its head, and so does who names an owner that was never there", async () => {
  const api = await openTestApi();
  await startGarbage(api);
  const head = await make(api, "head");
  const child = await make(api, "child", head);
  await make(api, "grandchild", child);
  await make(api, "stranger");
  await make(api, "lost", { ...head, metadata: { ...head.metadata, uid: "00000000-0000-0000-0000-000000000000" } });
  await expect.poll(() => names(api), soon).toEqual(["child", "grandchild", "head", "stranger"]);
  await api.user.delete(kinds.ConfigMap, key("head"), { propagationPolicy: "Background" });
  await expect.poll(() => names(api), soon).toEqual(["stranger"]);
});

test("foreground: the owner stays until what blocks it is gone, to the last generation", async () => {
  const api = await openTestApi();
  await startGarbage(api);
  const head = await make(api, "head");
  const child = await make(api, "child", head, true);
  const grandchild = await make(api, "grandchild", child, true);
  const held = { ...grandchild, metadata: { ...grandchild.metadata, finalizers: ["test/hold"] } };
  await api.user.update(kinds.ConfigMap, held);
  await api.user.delete(kinds.ConfigMap, key("head"), { propagationPolicy: "Foreground" });
  const isDeleting = async (name: string): Promise<boolean> =>
    (await api.user.get(kinds.ConfigMap, key(name))).metadata.deletionTimestamp !== undefined;
  await expect.poll(() => isDeleting("grandchild"), soon).toBe(true);
  expect(await names(api)).toEqual(["child", "grandchild", "head"]);
  await api.user.patch(kinds.ConfigMap, key("grandchild"), { type: "merge", body: { metadata: { finalizers: null } } });
  await expect.poll(() => names(api), soon).toEqual([]);
});

test("orphan: dependents stay and name the owner no more", async () => {
  const api = await openTestApi();
  await startGarbage(api);
  const head = await make(api, "head");
  await make(api, "child", head);
  await api.user.delete(kinds.ConfigMap, key("head"), { propagationPolicy: "Orphan" });
  await expect.poll(() => names(api), soon).toEqual(["child"]);
  const child = await api.user.get(kinds.ConfigMap, key("child"));
  expect(child.metadata.ownerReferences ?? []).toEqual([]);
});

test("what was deleted while nobody collected is collected at the next start", async () => {
  const api = await openTestApi();
  const head = await make(api, "head");
  await make(api, "child", head);
  await api.user.delete(kinds.ConfigMap, key("head"));
  expect(await names(api)).toEqual(["child"]);
  await startGarbage(api);
  await expect.poll(() => names(api), soon).toEqual([]);
});
