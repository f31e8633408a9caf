import { expect, onTestFinished, test } from "vitest";
import { openTestApi, type TestApi } from "../../../test/support/test-api.ts";
import { type ClusterRole, kinds, type PolicyRule } from "../../api/index.ts";
import { systemClock } from "../../clock/index.ts";
import { ControllerManager } from "../../controller/index.ts";
import { silentLogger } from "../../log/index.ts";
import { Metrics } from "../../metrics/index.ts";
import { makeClusterRoleController } from "./index.ts";

/** Long, because a busy machine is no fault; what comes in time costs nothing. */
const soon = { timeout: 10_000 };

async function start(): Promise<TestApi> {
  const api = await openTestApi();
  const manager = new ControllerManager({
    api: api.controller,
    clock: systemClock,
    log: silentLogger,
    metrics: new Metrics(),
    random: Math.random,
  });
  manager.add(makeClusterRoleController(manager.ports()));
  onTestFinished(() => manager.stop());
  await manager.start();
  return api;
}

test("a role that contributes is part of all that collect it, directly or not, as long as it says so", async () => {
  const { user, api } = await start();
  const rule: PolicyRule = { apiGroups: ["example.com"], resources: ["things"], verbs: ["get"] };
  const reader: ClusterRole = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: "things", labels: { "rbac.authorization.k8s.io/aggregate-to-view": "true" } },
    rules: [rule],
  };
  await user.create(kinds.ClusterRole, reader);
  const holders = async (): Promise<string[]> => {
    const { items } = await user.list(kinds.ClusterRole);
    return items
      .filter((one) => one.rules.some(({ resources }) => resources?.[0] === "things"))
      .map(({ metadata }) => metadata.name ?? "");
  };
  await expect.poll(holders, soon).toEqual(["admin", "edit", "things", "view"]);
  const { revision } = api.backend.store;
  const key = { namespace: "", name: "things" };
  await user.patch(kinds.ClusterRole, key, { type: "merge", body: { metadata: { labels: null } } });
  await expect.poll(holders, soon).toEqual(["things"]);
  // One write to the role, and one to each that collects it.
  expect(api.backend.store.revision - revision).toBe(4);
});
