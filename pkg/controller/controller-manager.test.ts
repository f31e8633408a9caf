import { expect, onTestFinished, test } from "vitest";
import { openTestApi } from "../../test/support/test-api.ts";
import { type ConfigMap, kinds, type ObjectKey, type Secret } from "../api/index.ts";
import { FakeClock, systemClock } from "../clock/index.ts";
import { silentLogger } from "../log/index.ts";
import { Metrics } from "../metrics/index.ts";
import { StatusError } from "../status/index.ts";
import type { Controller } from "./controller.ts";
import { ControllerManager } from "./controller-manager.ts";

const map = (name: string, text = "") => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "default" },
  data: { text },
});
const key = (name: string): ObjectKey => ({ namespace: "default", name });

async function makeManager(options: { readonly clock?: FakeClock } = {}) {
  const { user, controller } = await openTestApi();
  const metrics = new Metrics();
  const clock = options.clock ?? systemClock;
  const manager = new ControllerManager({ api: controller, clock, log: silentLogger, metrics, random: Math.random });
  onTestFinished(() => manager.stop());
  return { user, manager, ports: manager.ports(), metrics };
}

/** A controller of ConfigMaps (those of the test) that calls `reconcile` with their names. */
function controllerOf(reconcile: (name: string, signal: AbortSignal) => Promise<void>): Controller {
  return {
    name: "tester",
    kind: kinds.ConfigMap,
    reconcile: async ({ namespace, name }, { signal }) => {
      if (namespace === "default") await reconcile(name, signal);
      return {};
    },
  };
}

test("all caches are filled before the first reconcile, and own writes are in them at once", async () => {
  const { user, manager, ports } = await makeManager();
  await user.create(kinds.ConfigMap, map("a"));
  await user.create(kinds.Secret, { apiVersion: "v1", kind: "Secret", metadata: { name: "s", namespace: "default" } });
  const maps = ports.cache<ConfigMap>(kinds.ConfigMap);
  const seen: unknown[] = [];
  manager.add(
    controllerOf(async (name) => {
      if (name !== "a" || seen.length > 0) return;
      seen.push(ports.cache(kinds.Secret).get(key("s"))?.metadata.name);
      await ports.api.create(kinds.ConfigMap, map("child", "1"));
      seen.push(maps.get(key("child"))?.data);
      await ports.api.patch(kinds.ConfigMap, key("child"), { type: "merge", body: { data: { text: "2" } } });
      seen.push(maps.get(key("child"))?.data);
      await ports.api.delete(kinds.ConfigMap, key("child"));
      seen.push(maps.get(key("child")));
    }),
  );
  await manager.start();
  await expect.poll(() => seen).toEqual(["s", { text: "1" }, { text: "2" }, undefined]);
});

test("changes of other kinds, signals and failures lead to the same call", async () => {
  const { user, manager, metrics } = await makeManager();
  const calls: string[] = [];
  let signalled: (key: ObjectKey) => void = () => {};
  let isStopped = false;
  manager.add({
    ...controllerOf(async (name) => {
      calls.push(name);
      if (calls.filter((call) => call === "fails twice").length < 3 && name === "fails twice") {
        throw new StatusError("Unreachable", "try again");
      }
    }),
    watches: [
      { kind: kinds.Secret, keys: ({ metadata }: { metadata: { name?: string } }) => [key(`of ${metadata.name}`)] },
    ],
    signals: (enqueue) => {
      signalled = enqueue;
      return () => {
        isStopped = true;
      };
    },
  });
  await manager.start();
  expect((await metrics.text()).body).toContain('plush_reconcile_total{controller="tester",result="error"} 0');
  await user.create(kinds.Secret, { apiVersion: "v1", kind: "Secret", metadata: { name: "s", namespace: "default" } });
  await expect.poll(() => calls).toContain("of s");
  signalled(key("fails twice"));
  await expect.poll(() => calls.filter((call) => call === "fails twice")).toHaveLength(3);
  await expect
    .poll(async () => (await metrics.text()).body)
    .toContain('plush_reconcile_total{controller="tester",result="retry"} 2');
  await manager.stop();
  expect(isStopped).toBe(true);
});

test("a change that a source calls no news leads to no call; creation and deletion always do", async () => {
  const { user, manager } = await makeManager();
  const calls: string[] = [];
  const secret = (value: string): Secret => ({
    apiVersion: "v1",
    kind: "Secret",
    type: "Opaque",
    metadata: { name: "s", namespace: "default", labels: { value } },
  });
  manager.add({
    ...controllerOf(async (name) => void calls.push(name)),
    watches: [
      {
        kind: kinds.Secret,
        keys: ({ metadata }: Secret) => [key(metadata.labels?.["value"] ?? "")],
        when: (_before: Secret, after: Secret) => after.metadata.labels?.["value"] !== "quiet",
      },
    ],
  });
  await manager.start();
  await user.create(kinds.Secret, secret("quiet"));
  await expect.poll(() => calls).toEqual(["quiet"]);
  await user.update(kinds.Secret, secret("loud"));
  await expect.poll(() => [...calls].sort()).toEqual(["loud", "quiet", "quiet"]);
  await user.update(kinds.Secret, secret("quiet"));
  await user.create(kinds.ConfigMap, map("after"));
  await expect.poll(() => calls).toContain("after");
  expect(calls).toHaveLength(4);
  await user.delete(kinds.Secret, key("s"));
  await expect.poll(() => calls).toHaveLength(5);
});

test("a source that says so has its keys looked at later, once for all that came meanwhile", async () => {
  const clock = new FakeClock();
  const { user, manager } = await makeManager({ clock });
  const calls: string[] = [];
  manager.add({
    ...controllerOf(async (name) => void calls.push(name)),
    watches: [{ kind: kinds.Secret, keys: () => [key("late")], afterMs: 500 }],
  });
  await manager.start();
  for (const name of ["s1", "s2"])
    await user.create(kinds.Secret, { apiVersion: "v1", kind: "Secret", metadata: { name, namespace: "default" } });
  await user.create(kinds.ConfigMap, map("seen"));
  await expect.poll(() => calls).toEqual(["seen"]);
  await clock.advance(499);
  expect(calls).toEqual(["seen"]);
  await clock.advance(1);
  expect(calls).toEqual(["seen", "late"]);
});

test("a reconcile that hangs is aborted at its deadline, and by the stop", async () => {
  const clock = new FakeClock();
  const { user, manager } = await makeManager({ clock });
  await user.create(kinds.ConfigMap, map("hangs"));
  const reasons: string[] = [];
  const hang = (_name: string, signal: AbortSignal): Promise<void> =>
    new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => {
        reasons.push(signal.reason.message);
        reject(signal.reason);
      });
    });
  manager.add({ ...controllerOf(hang), deadlineMs: 1000 });
  await manager.start();
  await clock.advance(1000);
  expect(reasons).toEqual(["reconcile took longer than 1000 ms"]);
  await clock.advance(100); // the retry hangs as well
  await manager.stop();
  expect(reasons).toEqual(["reconcile took longer than 1000 ms", "the controller is stopping"]);
  expect(clock.pending).toBe(0);
});

test("objects are looked at again now and then, even if nothing happens", async () => {
  const clock = new FakeClock();
  const { user, manager } = await makeManager({ clock });
  await user.create(kinds.ConfigMap, map("a"));
  const calls: string[] = [];
  manager.add(controllerOf(async (name) => void calls.push(name)));
  await manager.start();
  await clock.advance(0);
  expect(calls).toEqual(["a"]);
  await clock.advance(13 * 60_000);
  expect(calls).toEqual(["a", "a"]);
});
