import { beforeEach, expect, test } from "vitest";
import { type Claim, findCondition, type KindInfo, type KubeObject, kinds, labels } from "../../pkg/api/index.ts";
import type { ApiClient } from "../../pkg/client/index.ts";
import type { SimulatedFabric } from "../support/simulated-fabric.ts";
import { startSimulatedServer } from "../support/simulated-server.ts";

let api: ApiClient;
let fabric: SimulatedFabric;

const namespace = "default";
const appKey = { namespace, name: "app" };
const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 15_000 });

async function create(kind: keyof typeof kinds, name: string, spec: object, scope: object = { namespace }) {
  const object = { apiVersion: "plush.dev/v1", kind, metadata: { name, ...scope }, spec };
  await api.create(kinds[kind] as KindInfo, object as KubeObject);
}

const change = (spec: object): Promise<unknown> =>
  api.patch(kinds.Application, appKey, { type: "merge", body: { spec } });

function application(component: object): object {
  return {
    components: [{ name: "web", software: ["pack"], resources: { pool: "lab" }, ...component }],
    phases: [{ name: "serve", processes: [{ name: "server", command: ["server"], restartPolicy: "Always" }] }],
  };
}

/** "NAME on MACHINE STATE" of all claims. */
async function places(): Promise<string[]> {
  const { items } = await api.list(kinds.Claim);
  return items.map(({ metadata, spec, status }) => `${metadata.name} on ${spec.resourceName} ${status?.state}`).sort();
}

const claim = (name: string): Promise<Claim> => api.get(kinds.Claim, { namespace, name });

beforeEach(async () => {
  ({ api, fabric } = await startSimulatedServer());
  const hosts = ["m1", "m2", "m3", "m4", "m5"].map((name) => ({ name, address: name }));
  await create("ResourcePool", "lab", { provider: { static: { hosts } } }, {});
  await create("Software", "pack", { source: { blob: `sha256:${"a".repeat(64)}` } });
});

test("B-SPA-1: spares have a machine and the software, run nothing and count for nothing", async () => {
  await create("Application", "app", application({ replicas: 2, spares: 2 }));
  await eventually(places).toEqual([
    "app-web-0 on m1 Ready",
    "app-web-1 on m2 Ready",
    "app-web-spare-0 on m3 Configured",
    "app-web-spare-1 on m4 Configured",
  ]);
  const { spec, metadata, status } = await claim("app-web-spare-0");
  expect(spec.ordinal).toBeUndefined();
  expect(metadata.labels).not.toHaveProperty(labels.ordinal);
  expect(findCondition(status?.conditions, "Ready")?.status).toBe("True");
  await eventually(async () => (await api.get(kinds.Application, appKey)).status).toMatchObject({
    readyMembers: "2/2",
    components: [{ replicas: 2, claimed: 2, ready: 2, spares: 2 }],
  });
  const progress = async () => (await api.get(kinds.Phase, { namespace, name: "app-serve" })).status?.progress;
  await eventually(progress).toBe("2/2");
  expect(fabric.runs.toSorted()).toEqual(["app-serve-server-web-0 on m1", "app-serve-server-web-1 on m2"]);
  await change({
    components: [{ name: "web", software: ["pack"], resources: { pool: "lab" }, replicas: 2, spares: 1 }],
  });
  await eventually(async () => (await places()).length).toBe(3);
  expect(await places()).toContain("app-web-spare-0 on m3 Configured");
});

test("B-SPA-2: a member whose machine is lost goes on at a spare's, in one commit, with nothing installed again", async () => {
  await create("Application", "app", application({ replicas: 2, spares: 1 }));
  await eventually(places).toEqual([
    "app-web-0 on m1 Ready",
    "app-web-1 on m2 Ready",
    "app-web-spare-0 on m3 Configured",
  ]);
  await eventually(async () => (await api.get(kinds.Phase, { namespace, name: "app-serve" })).status?.state).toBe(
    "Released",
  );
  const { uid } = (await claim("app-web-spare-0")).metadata;
  fabric.installs.length = 0;
  fabric.runs.length = 0;
  fabric.powerOff("m1");
  await eventually(places).toEqual([
    "app-web-0 on m3 Ready",
    "app-web-1 on m2 Ready",
    "app-web-spare-0 on m4 Configured",
  ]);
  // The member ran at once; what was installed is the next spare.
  expect(fabric.runs).toEqual(["app-serve-server-web-0 on m3 catching up"]);
  expect(fabric.installs).toEqual(["pack for app-web-spare-0 on m4"]);
  expect((await claim("app-web-0")).spec.epoch).toBe(2);
  expect((await claim("app-web-spare-0")).metadata.uid).not.toBe(uid);
  await eventually(async () => (await api.get(kinds.Resource, { namespace: "", name: "m3" })).status).toMatchObject({
    allocations: [{ claimName: "app-web-0", epoch: 2, spareUid: uid }],
    residue: [],
  });
});

test("B-SPA-4: members come before spares: they take one that is not ready too, and none is made before all have a machine", async () => {
  const lab = async () => (await api.get(kinds.ResourcePool, { namespace: "", name: "lab" })).status;
  await eventually(lab).toMatchObject({ ready: 5 });
  fabric.powerOff("m3", "m4", "m5");
  await eventually(lab).toMatchObject({ ready: 2 });
  await create("Application", "app", application({ replicas: 1, spares: 1 }));
  await eventually(places).toEqual(["app-web-0 on m1 Ready", "app-web-spare-0 on m2 Configured"]);
  await change({
    components: [{ name: "web", software: ["pack"], resources: { pool: "lab" }, replicas: 3, spares: 1 }],
  });
  // One of the two takes the spare's place; the other waits for a machine, and no spare gets it before.
  await eventually(async () => (await places()).filter((place) => place.endsWith("Ready")).length).toBe(2);
  expect((await places()).filter((place) => place.includes("spare"))).toEqual([]);
  fabric.powerOn("m3");
  await eventually(async () => (await places()).filter((place) => place.endsWith("Ready")).length).toBe(3);
});

test("B-SPA-5: spares go when the application is aborted, and a spare whose machine is lost is made elsewhere", async () => {
  await create("Application", "app", application({ replicas: 1, spares: 1 }));
  await eventually(places).toEqual(["app-web-0 on m1 Ready", "app-web-spare-0 on m2 Configured"]);
  fabric.powerOff("m2");
  await eventually(places).toEqual(["app-web-0 on m1 Ready", "app-web-spare-0 on m3 Configured"]);
  await change({ suspend: true });
  await eventually(places).toEqual([]);
});

test("B-SPA-2: a member of a machine that is emptied may leave it where nothing but a spare's place is left", async () => {
  const cordon = (name: string): Promise<unknown> =>
    api.patch(kinds.Resource, { namespace: "", name }, { type: "merge", body: { spec: { unschedulable: true } } });
  const lab = async () => (await api.get(kinds.ResourcePool, { namespace: "", name: "lab" })).status;
  await eventually(lab).toMatchObject({ ready: 5 });
  await Promise.all(["m4", "m5"].map(cordon));
  await create("Application", "app", application({ replicas: 2, spares: 1 }));
  await eventually(places).toEqual([
    "app-web-0 on m1 Ready",
    "app-web-1 on m2 Ready",
    "app-web-spare-0 on m3 Configured",
  ]);
  await cordon("m1");
  await api.post(kinds.Claim, { namespace, name: "app-web-0" }, "eviction", {});
  await eventually(async () => (await places()).slice(0, 2)).toEqual([
    "app-web-0 on m3 Ready",
    "app-web-1 on m2 Ready",
  ]);
});
