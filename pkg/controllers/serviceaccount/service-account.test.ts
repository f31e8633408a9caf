import { expect, onTestFinished, test } from "vitest";
import { openTestApi } from "../../../test/support/test-api.ts";
import { kinds } from "../../api/index.ts";
import { systemClock } from "../../clock/index.ts";
import { ControllerManager } from "../../controller/index.ts";
import { silentLogger } from "../../log/index.ts";
import { Metrics } from "../../metrics/index.ts";
import { makeNamespaceController } from "../namespace/index.ts";
import { makeServiceAccountController } from "./index.ts";

/** Long, because a busy machine is no fault; what comes in time costs nothing. */
const soon = { timeout: 10_000 };

test("every namespace has a default service account, again when it was deleted; a namespace that goes is not held", async () => {
  const { user, controller } = await openTestApi();
  const manager = new ControllerManager({
    api: controller,
    clock: systemClock,
    log: silentLogger,
    metrics: new Metrics(),
    random: Math.random,
  });
  manager.add(makeNamespaceController(manager.ports()));
  manager.add(makeServiceAccountController(manager.ports()));
  onTestFinished(() => manager.stop());
  await manager.start();
  const find = (namespace: string) =>
    user.get(kinds.ServiceAccount, { namespace, name: "default" }).then(
      ({ metadata }) => metadata.uid,
      () => undefined,
    );
  await expect.poll(() => find("default"), soon).toBeDefined();
  await user.create(kinds.Namespace, { apiVersion: "v1", kind: "Namespace", metadata: { name: "x" } });
  await expect.poll(() => find("x"), soon).toBeDefined();
  const first = await find("x");
  await user.delete(kinds.ServiceAccount, { namespace: "x", name: "default" });
  await expect.poll(() => find("x"), soon).toBeDefined();
  expect(await find("x")).not.toBe(first);
  const key = { namespace: "", name: "x" };
  await user.delete(kinds.Namespace, key);
  await expect.poll(() => user.get(kinds.Namespace, key).catch((error) => error.reason), soon).toBe("NotFound");
});
