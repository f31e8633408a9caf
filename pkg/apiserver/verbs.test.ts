import { expect, test } from "vitest";
import { openTestApi } from "../../test/support/test-api.ts";
import { type ConfigMap, type KubeObject, kinds, type Process } from "../api/index.ts";
import { FakeClock } from "../clock/index.ts";

const key = { namespace: "default", name: "p" };
const process = {
  apiVersion: "plush.dev/v1",
  kind: "Process",
  metadata: { ...key, labels: { app: "x" } },
  spec: { resourceName: "m1", command: ["true"], restartPolicy: "Never" },
} as const;

function withSpec(object: Process, change: Partial<Process["spec"]>): Process {
  return { ...object, spec: { ...object.spec, ...change } };
}

function configMap(name: string, metadata: KubeObject["metadata"] = {}, namespace = "default"): KubeObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { ...metadata, name, namespace } };
}

test("a create gives identity, defaults and a version; status is dropped, and a second one is refused", async () => {
  const { user } = await openTestApi({ clock: new FakeClock(1_700_000_000_000) });
  const created = await user.create(kinds.Process, {
    ...process,
    metadata: { ...process.metadata, uid: "mine", generation: 7, creationTimestamp: "2000-01-01T00:00:00Z" },
    status: { state: "Running" },
  } as KubeObject);
  expect(created.metadata).toMatchObject({ name: "p", generation: 1, creationTimestamp: "2023-11-14T22:13:20Z" });
  expect(created.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
  expect(Number(created.metadata.resourceVersion)).toBeGreaterThan(0);
  expect(created.status).toBeUndefined();
  expect(created.spec.workingDir).toBe(".");
  expect(Object.isFrozen(created.spec)).toBe(true);
  await expect(user.create(kinds.Process, process)).rejects.toMatchObject({
    reason: "AlreadyExists",
    message: 'processes.plush.dev "p" already exists',
  });
});

test("faults are told all at once, each with its field; nothing is stored", async () => {
  const { user, store } = await openTestApi();
  const before = store.revision;
  const bad = { ...process, metadata: { ...key, name: "Bad_Name" }, spec: { command: "true", restartPolicy: "Never" } };
  await expect(user.create(kinds.Process, bad as KubeObject)).rejects.toMatchObject({
    reason: "Invalid",
    details: {
      causes: expect.arrayContaining([
        expect.objectContaining({ field: "metadata.name" }),
        expect.objectContaining({ field: "spec.command" }),
      ]),
    },
  });
  const unknown = { ...process, spec: { ...process.spec, comand: [] } };
  await expect(user.create(kinds.Process, unknown)).rejects.toMatchObject({
    reason: "BadRequest",
    message: expect.stringContaining('strict decoding error: unknown field "spec.comand"'),
  });
  const foreign = { ...process, spec: { ...process.spec, readinessProbe: { periodSeconds: 2 } } };
  await expect(user.create(kinds.Process, foreign)).rejects.toMatchObject({
    message: expect.stringContaining('unknown field "spec.readinessProbe.periodSeconds" (use period: 2s)'),
  });
  const warnings: string[] = [];
  const onWarning = (text: string): void => void warnings.push(text);
  await user.create(kinds.Process, unknown, { fieldValidation: "Warn", onWarning, dryRun: true });
  expect(warnings).toEqual(['unknown field "spec.comand"']);
  expect(store.revision).toBe(before);
});

test("spec and status are written apart, generation counts the spec, and a write of nothing is none", async () => {
  const { user, store } = await openTestApi();
  const created = await user.create(kinds.Process, process);
  const both = { ...withSpec(created, { command: ["false"] }), status: { state: "Running" as const } };
  const updated = await user.update(kinds.Process, both as KubeObject);
  expect(updated).toMatchObject({ spec: { command: ["false"] }, metadata: { generation: 2 } });
  expect(updated.status).toBeUndefined();
  const reported = await user.update(
    kinds.Process,
    { ...updated, spec: process.spec, status: { state: "Running" } } as never,
    {
      subresource: "status",
    },
  );
  expect(reported).toMatchObject({
    status: { state: "Running" },
    spec: { command: ["false"] },
    metadata: { generation: 2 },
  });
  const revision = store.revision;
  await user.update(kinds.Process, reported);
  await user.patch(kinds.Process, key, { type: "merge", body: { metadata: { labels: { app: "x" } } } });
  expect(store.revision).toBe(revision);
});

test("a stale version, and another object's uid, are refused", async () => {
  const { user } = await openTestApi();
  const created = await user.create(kinds.Process, process);
  await user.update(kinds.Process, withSpec(created, { command: ["a"] }));
  await expect(user.update(kinds.Process, withSpec(created, { command: ["b"] }))).rejects.toMatchObject({
    reason: "Conflict",
    message: expect.stringContaining("the object has been modified"),
  });
  const { resourceVersion: _version, ...unversioned } = created.metadata;
  await user.update(kinds.Process, { ...withSpec(created, { command: ["c"] }), metadata: unversioned });
  await expect(
    user.patch(kinds.Process, key, { type: "merge", body: { metadata: { uid: "other" } } }),
  ).rejects.toMatchObject({ reason: "Conflict" });
  await expect(user.delete(kinds.Process, key, { preconditions: { resourceVersion: "1" } })).rejects.toMatchObject({
    reason: "Conflict",
  });
});

test("many writers at once: each of those that carry no version wins, and none is lost", async () => {
  const { user } = await openTestApi();
  await user.create(kinds.ConfigMap, configMap("c"));
  const patches = Array.from({ length: 50 }, (_, index) =>
    user.patch(
      kinds.ConfigMap,
      { namespace: "default", name: "c" },
      { type: "merge", body: { data: { [`k${index}`]: "v" } } },
    ),
  );
  await Promise.all(patches);
  const final: ConfigMap = await user.get(kinds.ConfigMap, { namespace: "default", name: "c" });
  expect(Object.keys(final.data ?? {})).toHaveLength(50);
});

test("a dry run says what would be and stores nothing", async () => {
  const { user, store } = await openTestApi();
  const dry = await user.create(kinds.Process, process, { dryRun: true });
  expect(dry.metadata.resourceVersion).toBeUndefined();
  const created = await user.create(kinds.Process, process);
  const revision = store.revision;
  const changed = await user.update(kinds.Process, withSpec(created, { command: ["x"] }), { dryRun: true });
  expect(changed.metadata).toMatchObject({ generation: 2, resourceVersion: created.metadata.resourceVersion });
  await user.delete(kinds.Process, key, { dryRun: true });
  expect(store.revision).toBe(revision);
});

test("finalizers hold a deleted object; the last one lets it go, and no new one is taken", async () => {
  const { user } = await openTestApi();
  await user.create(kinds.ConfigMap, configMap("c", { finalizers: ["test/a", "test/b"] }));
  const cKey = { namespace: "default", name: "c" };
  const deleted = await user.delete(kinds.ConfigMap, cKey);
  expect(deleted?.metadata).toMatchObject({ deletionTimestamp: expect.any(String), generation: 2 });
  expect((await user.delete(kinds.ConfigMap, cKey))?.metadata.resourceVersion).toBe(deleted?.metadata.resourceVersion);
  const finalizers = (names: readonly string[]) =>
    ({ type: "merge", body: { metadata: { finalizers: names } } }) as const;
  await expect(user.patch(kinds.ConfigMap, cKey, finalizers(["test/a", "test/c"]))).rejects.toMatchObject({
    reason: "Invalid",
    message: expect.stringContaining("no new finalizers can be added"),
  });
  await user.patch(kinds.ConfigMap, cKey, finalizers(["test/b"]));
  await user.patch(kinds.ConfigMap, cKey, finalizers([]));
  await expect(user.get(kinds.ConfigMap, cKey)).rejects.toMatchObject({ reason: "NotFound" });
});

test("metadata that is empty is not there", async () => {
  const { user } = await openTestApi();
  const empty = { labels: {}, annotations: {}, finalizers: [], ownerReferences: [] };
  const created = await user.create(kinds.ConfigMap, configMap("c", empty));
  for (const name of Object.keys(empty)) expect(created.metadata).not.toHaveProperty(name);
  const labeled = await user.update(kinds.ConfigMap, {
    ...created,
    metadata: { ...created.metadata, labels: { a: "b" } },
  });
  const emptied = await user.update(kinds.ConfigMap, { ...labeled, metadata: { ...labeled.metadata, ...empty } });
  for (const name of Object.keys(empty)) expect(emptied.metadata).not.toHaveProperty(name);
  expect(await user.update(kinds.ConfigMap, { ...emptied, metadata: { ...emptied.metadata, ...empty } })).toEqual(
    emptied,
  );
});

test("objects need a namespace that is there and not going; default is there and stays", async () => {
  const { user } = await openTestApi();
  await expect(user.create(kinds.ConfigMap, configMap("c", {}, "nowhere"))).rejects.toMatchObject({
    reason: "NotFound",
    message: 'namespaces "nowhere" not found',
  });
  await user.create(kinds.Namespace, { apiVersion: "v1", kind: "Namespace", metadata: { name: "going" } });
  const going = await user.delete(kinds.Namespace, { namespace: "", name: "going" });
  expect(going?.status?.phase).toBe("Terminating");
  await expect(user.create(kinds.ConfigMap, configMap("c", {}, "going"))).rejects.toMatchObject({
    reason: "Forbidden",
    details: { causes: [expect.objectContaining({ reason: "NamespaceTerminating" })] },
  });
  await expect(user.delete(kinds.Namespace, { namespace: "", name: "default" })).rejects.toMatchObject({
    reason: "Forbidden",
  });
});

test("generated names are made, and are free", async () => {
  const { user } = await openTestApi();
  const made = await Promise.all(
    Array.from({ length: 20 }, () =>
      user.create(kinds.ConfigMap, { ...configMap(""), metadata: { generateName: "c-", namespace: "default" } }),
    ),
  );
  expect(new Set(made.map(({ metadata }) => metadata.name)).size).toBe(20);
  expect(made[0]?.metadata.name).toMatch(/^c-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
});

test("who edits what a controller made is told whose it is; the controller itself is not", async () => {
  const { user, controller } = await openTestApi();
  const owner = { apiVersion: "plush.dev/v1", kind: "Phase", name: "serve", uid: "u1", controller: true };
  const made = await user.create(kinds.Process, {
    ...process,
    metadata: { ...process.metadata, ownerReferences: [owner] },
  });
  const warnings: string[] = [];
  const onWarning = (text: string): void => void warnings.push(text);
  const next = await controller.update(kinds.Process, withSpec(made, { command: ["a"] }), { onWarning });
  expect(warnings).toEqual([]);
  await user.update(kinds.Process, withSpec(next, { command: ["b"] }), { onWarning });
  expect(warnings).toEqual([expect.stringContaining("belongs to Phase serve")]);
});

test("scale reads and writes one number", async () => {
  const { user } = await openTestApi();
  const component = (name: string) => ({ name });
  const application = {
    apiVersion: "plush.dev/v1",
    kind: "Application",
    metadata: { name: "a", namespace: "default" },
    spec: { components: [component("one")] },
  };
  await user.create(kinds.Application, application);
  const aKey = { namespace: "default", name: "a" };
  const scaled: unknown = await user.patch(
    kinds.Application,
    aKey,
    { type: "merge", body: { spec: { replicas: 4 } } },
    { subresource: "scale" },
  );
  expect(scaled).toMatchObject({ kind: "Scale", spec: { replicas: 4 }, status: { replicas: 0 } });
  const after = await user.get(kinds.Application, aKey);
  expect(after).toMatchObject({ spec: { components: [{ replicas: 4 }] }, metadata: { generation: 2 } });
  const two = { ...after, spec: { ...after.spec, components: [...after.spec.components, component("two")] } };
  await user.update(kinds.Application, two as KubeObject);
  await expect(
    user.patch(kinds.Application, aKey, { type: "merge", body: { spec: { replicas: 4 } } }, { subresource: "scale" }),
  ).rejects.toMatchObject({ reason: "Forbidden" });
});

test("Events go by themselves an hour after their last write", async () => {
  const clock = new FakeClock();
  const { user } = await openTestApi({ clock });
  const eventKey = { namespace: "default", name: "e" };
  await user.create(kinds.Event, {
    apiVersion: "v1",
    kind: "Event",
    metadata: eventKey,
    involvedObject: { kind: "Process", name: "p" },
    count: 1,
  } as never);
  await clock.advance(50 * 60_000);
  await user.patch(kinds.Event, eventKey, { type: "merge", body: { count: 2 } });
  await clock.advance(50 * 60_000);
  expect(await user.get(kinds.Event, eventKey)).toMatchObject({ count: 2 });
  await clock.advance(11 * 60_000);
  await expect.poll(() => user.get(kinds.Event, eventKey).catch((error) => error.reason)).toBe("NotFound");
});

test("a lease is renewed to the microsecond, and two holders cannot take it at once", async () => {
  const { user } = await openTestApi();
  const lease = {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name: "leader", namespace: "default" },
    spec: { holderIdentity: "a", leaseDurationSeconds: 15, renewTime: "2026-01-02T03:04:05.123456Z" },
  };
  const taken = await user.create(kinds.Lease, lease);
  expect(taken.spec?.renewTime).toBe("2026-01-02T03:04:05.123456Z");
  const renewed = await user.update(kinds.Lease, {
    ...taken,
    spec: { ...taken.spec, renewTime: "2026-01-02T05:04:06.5+02:00", acquireTime: "2026-01-02T03:04:05Z" },
  } as KubeObject);
  expect(renewed.spec).toMatchObject({
    renewTime: "2026-01-02T03:04:06.500000Z",
    acquireTime: "2026-01-02T03:04:05.000000Z",
  });
  const rival = { ...taken, spec: { ...taken.spec, holderIdentity: "b" } };
  await expect(user.update(kinds.Lease, rival as KubeObject)).rejects.toMatchObject({ reason: "Conflict" });
  await expect(
    user.patch(
      kinds.Lease,
      { namespace: "default", name: "leader" },
      { type: "merge", body: { spec: { renewTime: "soon" } } },
    ),
  ).rejects.toMatchObject({ message: expect.stringContaining("must be of type date-time") });
});

test("owners and finalizers are checked as Kubernetes checks them", async () => {
  const { user } = await openTestApi();
  const owner = { apiVersion: "v1", kind: "ConfigMap", name: "o", uid: "u" };
  const faultsOf = async (metadata: object): Promise<readonly string[]> => {
    try {
      await user.create(kinds.ConfigMap, configMap("c", metadata), { dryRun: true });
      return [];
    } catch (error) {
      const { details } = error as { details: { causes: readonly { field: string; message: string }[] } };
      return details.causes.map(({ field, message }) => `${field}: ${message}`);
    }
  };
  expect(await faultsOf({ ownerReferences: [owner], finalizers: ["orphan", "example.org/x"] })).toEqual([]);
  expect(
    await faultsOf({
      ownerReferences: [
        { ...owner, uid: "", controller: true },
        { apiVersion: "v1", kind: "Event", name: "e", uid: "v", controller: true },
      ],
      finalizers: ["a b/c", "plain", "orphan", "foregroundDeletion"],
    }),
  ).toEqual([
    'metadata.ownerReferences[0].uid: Invalid value: "": uid must not be empty',
    'metadata.ownerReferences[1]: Invalid value: "/v1, Kind=Event": /v1, Kind=Event is disallowed from being an owner',
    'metadata.ownerReferences: Invalid value: "array": Only one reference can have Controller set to true. Found "true" in references for o and e',
    expect.stringContaining('metadata.finalizers[0]: Invalid value: "a b/c"'),
    'metadata.finalizers[1]: Invalid value: "plain": name is neither a standard finalizer name nor is it fully qualified',
    'metadata.finalizers: Invalid value: "array": finalizer orphan and foregroundDeletion cannot be both set',
  ]);
});
