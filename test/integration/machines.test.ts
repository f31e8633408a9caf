import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Claim, type KubeObject, kinds, type Resource } from "../../pkg/api/index.ts";
import { openApi, openSealer } from "../../pkg/apiserver/index.ts";
import { controllerIdentity } from "../../pkg/auth/index.ts";
import type { ApiClient } from "../../pkg/client/index.ts";
import { systemClock } from "../../pkg/clock/index.ts";
import { ControllerManager } from "../../pkg/controller/index.ts";
import { makeClaimController, noLeases } from "../../pkg/controllers/claim/index.ts";
import { makeDocumentController } from "../../pkg/controllers/document/index.ts";
import { makePoolController } from "../../pkg/controllers/pool/index.ts";
import { makeResourceController } from "../../pkg/controllers/resource/index.ts";
import { makeSoftwareController } from "../../pkg/controllers/software/index.ts";
import type { Connector, Provider } from "../../pkg/fabric/index.ts";
import { silentHooks } from "../../pkg/hooks/index.ts";
import { silentLogger } from "../../pkg/log/index.ts";
import { Metrics } from "../../pkg/metrics/index.ts";
import { openStore, type Store } from "../../pkg/store/index.ts";
import { conditionOf, type SeenObject } from "../support/objects.ts";
import { SimulatedFabric } from "../support/simulated-fabric.ts";

const eventually = <T>(check: () => T) => expect.poll(check, { timeout: 15_000 });

/** The controllers around machines, on a real API and store; the agents are simulated. */
const digest = `sha256:${"a".repeat(64)}`;
const recoveries: number[] = [];

let directory: string;
let store: Store;
let api: ApiClient;
let fabric: SimulatedFabric;
let manager: ControllerManager;

const connector: Connector = {
  connect: () => Promise.reject(new Error("simulated")),
  probe: async () => "silent",
  remove: async () => {},
};

const provider: Provider = {
  name: "static",
  machines: ({ spec }) =>
    (spec.provider.static?.hosts ?? []).map(({ address, name = address, labels = {} }) => ({
      name,
      address,
      port: 22,
      labels,
    })),
  reach: async () => ({ connector, fingerprint: "same" }),
};

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "plush-machines-"));
  store = await openStore({ directory: join(directory, "store"), clock: systemClock });
  const served = await openApi({ store, clock: systemClock, sealer: await openSealer(directory), version: "0.0.0" });
  api = served.localClient(controllerIdentity);
  fabric = new SimulatedFabric();
  recoveries.length = 0;
  manager = new ControllerManager({
    api,
    clock: systemClock,
    log: silentLogger,
    metrics: new Metrics(),
    random: Math.random,
  });
  const ports = { ...manager.ports(), fabric, providers: [provider] };
  manager.add(makePoolController(ports));
  manager.add(makeResourceController(ports));
  manager.add(
    makeClaimController({
      ...ports,
      hooks: silentHooks,
      leases: noLeases,
      recoverySeconds: { observe: (seconds: number) => void recoveries.push(seconds) },
    }),
  );
  manager.add(
    makeSoftwareController({
      ...ports,
      packages: {
        fetch: async () => ({ digest, size: 1 }),
        fetchGit: async () => ({ digest, size: 1, commit: "" }),
        stat: async () => ({ size: 1 }),
      },
    }),
  );
  const { clusterUid, term } = store;
  manager.add(makeDocumentController({ ...ports, clusterUid, term, revision: () => store.revision }));
  await manager.start();
});

afterEach(async () => {
  await manager.stop();
  expect(await unknownReasons()).toEqual([]);
  await store.close();
  await rm(directory, { recursive: true });
});

/** Conditions that the kinds' schemas do not know. */
async function unknownReasons(): Promise<string[]> {
  const found = [kinds.Claim, kinds.Resource, kinds.ResourcePool, kinds.Software].map(async (kind) => {
    const { items } = await api.list(kind as typeof kinds.Claim);
    return items.flatMap(({ metadata, status }) =>
      (status?.conditions ?? [])
        .filter(({ type, reason }) => !kind.conditions[type]?.includes(reason))
        .map(({ type, reason }) => `${kind.kind} ${metadata.name}: ${type} ${reason}`),
    );
  });
  return (await Promise.all(found)).flat();
}

const hosts = (...names: readonly string[]): object => ({
  static: { hosts: names.map((name) => ({ name, address: name })) },
});

async function create(kind: string, name: string, spec: object, metadata: object = {}): Promise<KubeObject> {
  const info = kinds[kind as "Claim"];
  const namespaced = info.namespaced ? { namespace: "default" } : {};
  const object = { apiVersion: "plush.dev/v1", kind, metadata: { name, ...namespaced, ...metadata }, spec };
  return api.create(info, object);
}

async function createMembers(count: number, spec: object = {}): Promise<void> {
  await create("Software", "pack", { source: { blob: digest } });
  const component = await create("Component", "web", {
    name: "web",
    software: ["pack"],
    resources: { pool: "lab" },
    ...spec,
  });
  const ownerReferences = [
    { apiVersion: "plush.dev/v1", kind: "Component", name: "web", uid: component.metadata.uid, controller: true },
  ];
  for (let ordinal = 0; ordinal < count; ordinal++) {
    await create(
      "Claim",
      `web-${ordinal}`,
      { component: "web", componentName: "web", ordinal, revision: "r1" },
      { ownerReferences },
    );
  }
}

const claim = (name: string): Promise<Claim> => api.get(kinds.Claim, { namespace: "default", name });
const resource = (name: string): Promise<Resource> => api.get(kinds.Resource, { namespace: "", name });
const remove = (kind: keyof typeof kinds, name: string): Promise<unknown> =>
  api.delete(kinds[kind] as typeof kinds.Claim, { namespace: kinds[kind].namespaced ? "default" : "", name });

async function placesOf(count: number): Promise<string[]> {
  const claims = await Promise.all(Array.from({ length: count }, (_, ordinal) => claim(`web-${ordinal}`)));
  return claims.map(({ spec, status }) => `${spec.resourceName ?? "nowhere"}@${status?.epoch} ${status?.state}`);
}

async function names(kind: keyof typeof kinds): Promise<string[]> {
  const { items } = await api.list(kinds[kind] as typeof kinds.Claim);
  return items.map(({ metadata }) => metadata.name ?? "");
}

const reasonsOf = async (name: string): Promise<string[]> => {
  const { items } = await api.list(kinds.Event);
  return items.filter(({ involvedObject }) => involvedObject.name === name).map(({ reason = "" }) => reason);
};

test("members are placed, one is lost and replaced, and nothing is left in the end", async () => {
  await create("ResourcePool", "lab", { provider: hosts("m1", "m2", "m3") });
  await createMembers(2);
  await eventually(() => placesOf(2)).toEqual(["m1@1 Ready", "m2@1 Ready"]);

  fabric.powerOff("m1");
  await eventually(() => placesOf(2)).toEqual(["m3@2 Ready", "m2@1 Ready"]);
  expect((await claim("web-0")).status?.replacements).toMatchObject([
    { from: "m1", to: "m3", epoch: 1, reason: "HostLost" },
  ]);
  expect((await resource("m1")).status).toMatchObject({
    state: "Unreachable",
    verdict: "dead",
    residue: [{ claimName: "web-0", epoch: 1 }],
  });
  await eventually(() => recoveries).toHaveLength(1);
  await eventually(() => reasonsOf("web-0")).toEqual(expect.arrayContaining(["Bound", "Replaced", "Ready"]));

  fabric.powerOn("m1");
  await eventually(() => resource("m1").then(({ status }) => status?.residue)).toEqual([]);
  await eventually(() => fabric.holds("m1")).toEqual([]);

  await Promise.all([remove("Claim", "web-0"), remove("Claim", "web-1")]);
  await eventually(() => names("Claim")).toEqual([]);
  await eventually(() => ["m1", "m2", "m3"].flatMap((name) => fabric.holds(name))).toEqual([]);

  await remove("ResourcePool", "lab");
  await eventually(() => names("ResourcePool")).toEqual([]);
  expect([...fabric.removed].sort()).toEqual(["m1", "m2", "m3"]);
});

test("many claims are bound at once, each to a machine of its own", async () => {
  const machines = Array.from({ length: 30 }, (_, index) => `m${index + 1}`);
  await createMembers(30);
  await eventually(async () => conditionOf((await claim("web-0")) as unknown as SeenObject, "Stalled")).toContain(
    "True ReferenceNotFound",
  );
  await create("ResourcePool", "lab", { provider: hosts(...machines) });
  await eventually(async () => (await placesOf(30)).filter((place) => place.endsWith("@1 Ready")).length).toBe(30);
  const places = await placesOf(30);
  expect(new Set(places).size).toBe(30);
});

test("what does not fit says why, and is placed as soon as it does", async () => {
  await create("ResourcePool", "lab", { provider: hosts("m1") });
  await createMembers(2);
  await eventually(() => placesOf(2)).toEqual(["m1@1 Ready", "nowhere@0 Pending"]);
  const waiting = (await claim("web-1")) as unknown as SeenObject;
  expect(conditionOf(waiting, "Bound")).toBe(
    "False Unschedulable: 0/1 machines: 1 already holding a member of this component",
  );
  await remove("Claim", "web-0");
  await eventually(async () => (await claim("web-1")).spec.resourceName).toBe("m1");
});

test("B-REC-3: a package that installs nowhere stalls its members instead of touring the pool", async () => {
  await create("ResourcePool", "lab", { provider: hosts("m1", "m2", "m3") });
  fabric.broken.add("web-0");
  await createMembers(1);
  await eventually(async () => conditionOf((await claim("web-0")) as unknown as SeenObject, "Stalled")).toBe(
    "True InstallFailed: pack: it does not compile",
  );
  expect((await claim("web-0")).spec.epoch).toBe(1);
});

test("B-REC-4: so many machines gone at once are our own fault: nothing moves until they are back", async () => {
  await create("ResourcePool", "lab", { provider: hosts("m1", "m2", "m3", "m4", "m5", "m6") });
  await createMembers(3);
  await eventually(() => placesOf(3)).toEqual(["m1@1 Ready", "m2@1 Ready", "m3@1 Ready"]);
  fabric.powerOff("m1", "m2", "m3");
  const pool = () => api.get(kinds.ResourcePool, { namespace: "", name: "lab" });
  await eventually(async () => (await pool()).status?.state).toBe("Braked");
  await eventually(async () => conditionOf((await claim("web-0")) as unknown as SeenObject, "Stalled")).toContain(
    "True Braked",
  );
  fabric.powerOn("m1");
  await eventually(() => placesOf(3)).toEqual(["m1@1 Ready", "m4@2 Ready", "m5@2 Ready"]);
});

test("a machine that is taken out of its pool gives up its members in good order", async () => {
  await create("ResourcePool", "lab", { provider: hosts("m1", "m2") });
  await createMembers(1);
  await eventually(() => placesOf(1)).toEqual(["m1@1 Ready"]);
  const body = { spec: { provider: hosts("m2", "m3") } };
  await api.patch(kinds.ResourcePool, { namespace: "", name: "lab" }, { type: "merge", body });
  await eventually(() => names("Resource")).toEqual(["m2", "m3"]);
  await eventually(() => placesOf(1)).toEqual([expect.stringMatching(/^m[23]@2 Ready$/)]);
  expect(fabric.removed).toEqual(["m1"]);
});

test("B-FIN-5: a pool with work and residue says for whom it waits, and lets go when told to", async () => {
  await create("ResourcePool", "lab", { provider: hosts("m1") });
  await createMembers(1);
  await eventually(() => placesOf(1)).toEqual(["m1@1 Ready"]);
  fabric.powerOff("m1");
  await remove("ResourcePool", "lab");
  const pool = () => api.get(kinds.ResourcePool, { namespace: "", name: "lab" });
  await eventually(async () => conditionOf((await pool()) as unknown as SeenObject, "Stalled")).toContain(
    "m1 still holds default/web-0",
  );
  const metadata = { annotations: { "plush.dev/forfeit-residue": "true" } };
  await api.patch(kinds.ResourcePool, { namespace: "", name: "lab" }, { type: "merge", body: { metadata } });
  await eventually(() => names("ResourcePool")).toEqual([]);
  expect(fabric.removed).toEqual([]);
});

test("B-SOF-15: members get the package for their kind of machine; B-SOF-16: others are refused, and said where they are", async () => {
  const [arm, amd] = ["1", "2"].map((digit) => `sha256:${digit.repeat(64)}`);
  const variants = [
    { match: { arch: "arm64" }, source: { blob: arm } },
    { match: { arch: "amd64" }, source: { blob: amd } },
  ];
  const host = (name: string, arch: string) => ({ name, address: name, labels: { arch } });
  const machines = [host("m1", "arm64"), host("m2", "amd64"), host("m3", "riscv64")];
  await create("ResourcePool", "lab", { provider: { static: { hosts: machines } } });
  await createMembers(3);
  const body = { spec: { source: null, variants } };
  await eventually(() => placesOf(3)).toEqual(["m1@1 Ready", "m2@1 Ready", "m3@1 Ready"]);
  // What they have stays, until another revision asks for what there is for them now.
  await api.patch(kinds.Software, { namespace: "default", name: "pack" }, { type: "merge", body });
  for (const name of ["web-0", "web-1", "web-2"]) {
    await api.patch(kinds.Claim, { namespace: "default", name }, { type: "merge", body: { spec: { revision: "r2" } } });
  }
  const digestsOf = async (name: string) => (await claim(name)).status?.software?.map((one) => one.digest);
  await eventually(() => digestsOf("web-0")).toEqual([arm]);
  await eventually(() => digestsOf("web-1")).toEqual([amd]);
  const installed = async (name: string) =>
    conditionOf((await claim(name)) as unknown as SeenObject, "SoftwareInstalled");
  await eventually(() => installed("web-2")).toContain("NoVariant");
  await eventually(() => installed("web-2")).toContain("m3: no variant of Software pack for arch riscv64");

  await remove("Claim", "web-2");
  await remove("Claim", "web-1");
  await eventually(() => names("Claim")).toEqual(["web-0"]);
  fabric.powerOff("m1");
  // From one kind of machine to another: the package is the other kind's.
  await eventually(() => placesOf(1)).toEqual(["m2@2 Ready"]);
  expect(await digestsOf("web-0")).toEqual([amd]);
  fabric.powerOff("m2");
  const bound = async () => conditionOf((await claim("web-0")) as unknown as SeenObject, "Bound");
  await eventually(bound).toContain("no variant of Software pack for arch riscv64");
});
