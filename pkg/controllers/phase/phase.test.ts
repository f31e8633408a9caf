import { expect, onTestFinished, test } from "vitest";
import { aReadyResource } from "../../../test/support/builders.ts";
import { openTestApi, type TestApi } from "../../../test/support/test-api.ts";
import {
  type Claim,
  controllerRef,
  type KindInfo,
  type KubeObject,
  kinds,
  mustDecode,
  type ObjectMeta,
  type Phase,
  type Resource,
} from "../../api/index.ts";
import type { ApiClient } from "../../client/index.ts";
import { systemClock } from "../../clock/index.ts";
import { ControllerManager } from "../../controller/index.ts";
import { silentLogger } from "../../log/index.ts";
import { Metrics } from "../../metrics/index.ts";
import { makePhaseController } from "./index.ts";

const apiVersion = "plush.dev/v1";
const namespace = "default";

async function startPhases(api: TestApi): Promise<void> {
  const manager = new ControllerManager({
    api: api.controller,
    clock: systemClock,
    log: silentLogger,
    metrics: new Metrics(),
    random: Math.random,
  });
  manager.add(makePhaseController(manager.ports()));
  onTestFinished(() => manager.stop());
  await manager.start();
}

/** A component of one member that is configured, as its controllers leave it. */
async function makeMember({ controller }: TestApi): Promise<void> {
  const { uid: resourceUid = "" } = await makeMachine(controller);
  const component = await controller.create(
    kinds.Component,
    made(kinds.Component, { name: "web", namespace }, { name: "web" }),
  );
  const ownerReferences = [controllerRef(component, kinds.Component)];
  const spec = { component: "web", componentName: "web", ordinal: 0, revision: "software" };
  await controller.create(kinds.Claim, made(kinds.Claim, { name: "web-0", namespace, ownerReferences }, spec));
  const key = { namespace, name: "web-0" };
  const binding = { apiVersion, kind: "Binding", resourceName: "m1", resourceUid, epoch: 1 };
  await controller.post(kinds.Claim, key, "binding", binding);
  const bound = await controller.get(kinds.Claim, key);
  const configured: Claim = { ...bound, status: { state: "Configured", epoch: 1 } };
  await controller.update(kinds.Claim, configured, { subresource: "status" });
}

async function makeMachine(controller: ApiClient): Promise<ObjectMeta> {
  const machine = made(kinds.Resource, { name: "m1" }, { address: "m1", poolName: "lab" });
  const { metadata } = await controller.create(kinds.Resource, machine);
  const { status } = aReadyResource("m1");
  const ready: Resource = { ...machine, metadata, ...(status !== undefined && { status }) };
  await controller.update(kinds.Resource, ready, { subresource: "status" });
  return metadata;
}

function made<T extends KubeObject>(kind: KindInfo<T>, metadata: ObjectMeta, spec: unknown): T {
  return mustDecode(kind, { apiVersion, kind: kind.kind, metadata, spec });
}

const phaseWith = (process: Readonly<Record<string, unknown>>): Phase =>
  made(
    kinds.Phase,
    { name: "run", namespace },
    { phase: "run", components: ["web"], processes: [{ name: "main", command: ["./main"], ...process }] },
  );

/** Long, because a busy machine is no fault; what comes in time costs nothing. */
const soon = { timeout: 10_000 };

test("a phase that stands alone: its own revision, of which probes are no part", async () => {
  const api = await openTestApi();
  await makeMember(api);
  await startPhases(api);
  const key = { namespace, name: "run-main-web-0" };
  const phase = await api.user.create(kinds.Phase, phaseWith({ restartPolicy: "Always" }));
  await expect
    .poll(
      () =>
        api.user.get(kinds.Process, key).then(
          ({ spec }) => spec.epoch,
          () => 0,
        ),
      soon,
    )
    .toBe(1);
  const { spec } = await api.user.get(kinds.Process, key);
  const { spec: probed } = phaseWith({ restartPolicy: "Always", readinessProbe: { tcpSocket: { port: 80 } } });
  const { metadata } = await api.user.get(kinds.Phase, { namespace, name: "run" });
  const changed: Phase = { ...phase, metadata, spec: probed };
  await api.user.update(kinds.Phase, changed);
  await expect
    .poll(async () => (await api.user.get(kinds.Process, key)).spec, soon)
    .toMatchObject({ revision: spec.revision, readinessProbe: { tcpSocket: { port: 80 } } });
  const { items } = await api.user.list(kinds.Event);
  expect(items.map(({ reason }) => reason)).toContain("Opened");
});
