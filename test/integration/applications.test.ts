import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import {
  type Application,
  findCondition,
  type KindInfo,
  type KubeObject,
  kinds,
  type Phase,
} from "../../pkg/api/index.ts";
import type { ApiClient } from "../../pkg/client/index.ts";
import { systemClock } from "../../pkg/clock/index.ts";
import { ControllerManager } from "../../pkg/controller/index.ts";
import { makeApplicationController } from "../../pkg/controllers/application/index.ts";
import { makeClaimController } from "../../pkg/controllers/claim/index.ts";
import { makeComponentController } from "../../pkg/controllers/component/index.ts";
import { makeDocumentController } from "../../pkg/controllers/document/index.ts";
import { makeGarbageControllers } from "../../pkg/controllers/garbage/index.ts";
import { makePhaseController } from "../../pkg/controllers/phase/index.ts";
import { makePoolController } from "../../pkg/controllers/pool/index.ts";
import { makeProcessController } from "../../pkg/controllers/process/index.ts";
import { makeResourceController } from "../../pkg/controllers/resource/index.ts";
import { makeSoftwareController } from "../../pkg/controllers/software/index.ts";
import type { Connector, Provider } from "../../pkg/fabric/index.ts";
import { silentLogger } from "../../pkg/log/index.ts";
import { Metrics } from "../../pkg/metrics/index.ts";
import { SimulatedFabric } from "../support/simulated-fabric.ts";
import { openTestApi } from "../support/test-api.ts";

/** All controllers on a real API and store; only the agents are simulated. */
let api: ApiClient;
let fabric: SimulatedFabric;

const connector: Connector = {
  connect: () => Promise.reject(new Error("simulated")),
  probe: async () => "silent",
  remove: async () => {},
};
const provider: Provider = {
  name: "static",
  machines: ({ spec }) =>
    (spec.provider.static?.hosts ?? []).map(({ address, name = address }) => ({ name, address, port: 22, labels: {} })),
  reach: async () => ({ connector, fingerprint: "same" }),
};
const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;

beforeEach(async () => {
  const { store, controller } = await openTestApi();
  api = controller;
  fabric = new SimulatedFabric();
  const metrics = new Metrics();
  const manager = new ControllerManager({ api, clock: systemClock, log: silentLogger, metrics, random: Math.random });
  const ports = { ...manager.ports(), fabric, providers: [provider] };
  const packages = {
    fetch: async () => ({ digest: digest("a"), size: 1 }),
    stat: async () => ({ size: 1 }),
  };
  for (const one of makeGarbageControllers(ports)) manager.add(one);
  manager.add(makePoolController(ports));
  manager.add(makeResourceController(ports));
  manager.add(makeSoftwareController({ ...ports, packages }));
  manager.add(makeApplicationController(ports));
  manager.add(makeComponentController(ports));
  manager.add(makePhaseController(ports));
  manager.add(makeProcessController(ports));
  manager.add(makeClaimController({ ...ports, recoverySeconds: { observe: () => {} } }));
  manager.add(
    makeDocumentController({
      ...ports,
      clusterUid: store.clusterUid,
      term: store.term,
      revision: () => store.revision,
    }),
  );
  await manager.start();
  onTestFinished(() => manager.stop());
});

/** Two cores may be busy with other tests. */
const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 15_000 });

const namespace = "default";
const appKey = { namespace, name: "app" };

async function create(kind: string, name: string, spec: object, scope: object = { namespace }): Promise<void> {
  const info = kinds[kind as keyof typeof kinds] as KindInfo;
  await api.create(info, { apiVersion: "plush.dev/v1", kind, metadata: { name, ...scope }, spec } as KubeObject);
}

const createPool = (...names: string[]): Promise<void> =>
  create(
    "ResourcePool",
    "lab",
    { provider: { static: { hosts: names.map((name) => ({ name, address: name })) } } },
    {},
  );

const job = (name: string, more: object = {}) => ({ name, command: [name], restartPolicy: "Never", ...more });
const service = (name: string, more: object = {}) => ({ name, command: [name], restartPolicy: "Always", ...more });
const phase = (name: string, after: string[], ...processes: object[]) => ({ name, after, processes });

function servers(more: object = {}): object {
  return { name: "servers", software: ["pack"], resources: { pool: "lab" }, ...more };
}

/** Two servers that are set up, filled and then serve. */
function threePhases(): object {
  return {
    components: [servers({ replicas: 2 })],
    phases: [
      phase("setup", [], job("prepare")),
      phase("fill", ["setup"], job("load")),
      phase("serve", ["fill"], service("server")),
    ],
  };
}

const app = (): Promise<Application> => api.get(kinds.Application, appKey);
const condition = async (type: string): Promise<string> => {
  const found = findCondition((await app()).status?.conditions, type);
  return `${found?.status} ${found?.reason}`;
};
const change = (spec: object): Promise<unknown> =>
  api.patch(kinds.Application, appKey, { type: "merge", body: { spec } });
const phaseOf = (name: string): Promise<Phase> => api.get(kinds.Phase, { namespace, name: `app-${name}` });

async function names(kind: keyof typeof kinds): Promise<string[]> {
  const { items } = await api.list(kinds[kind] as KindInfo);
  return items.map(({ metadata }) => metadata.name ?? "").sort();
}

async function phaseStates(): Promise<string[]> {
  return ((await app()).status?.phases ?? []).map(({ name, state }) => `${name} ${state}`);
}

/** What ran since the last look. */
function runs(): string[] {
  return fabric.runs.splice(0);
}

/** Position of a run in the list, for what came before what. */
function at(list: readonly string[], start: string): number {
  const index = list.findIndex((run) => run.startsWith(start));
  expect(index, `${start} in ${list.join("; ")}`).toBeGreaterThanOrEqual(0);
  return index;
}

describe("an application", () => {
  test("comes up phase by phase, is replaced, updated, scaled and deleted", async () => {
    await createPool("m1", "m2", "m3");
    await create("Software", "pack", { source: { blob: digest("a") } });
    await create("Application", "app", threePhases());
    await eventually(() => condition("Ready")).toBe("True Available");
    await eventually(() => condition("Reconciling")).toBe("False Settled");
    expect(await phaseStates()).toEqual(["setup Released", "fill Released", "serve Released"]);
    const first = runs();
    expect(first).toHaveLength(6);
    for (const earlier of ["app-setup-prepare-servers-0", "app-setup-prepare-servers-1"])
      for (const later of ["app-fill-load-servers-0", "app-fill-load-servers-1"])
        expect(at(first, earlier)).toBeLessThan(at(first, later));
    expect((await phaseOf("setup")).status).toMatchObject({
      progress: "2/2",
      release: { round: 0, rule: "all", missing: [] },
    });

    fabric.powerOff("m1");
    await eventually(() => fabric.holds("m3")).toEqual(["app-servers-0@2 Configured"]);
    await eventually(() => condition("Available")).toBe("True EnoughReady");
    await eventually(() => condition("Reconciling")).toBe("False Settled");
    expect(runs()).toEqual([
      "app-setup-prepare-servers-0 on m3 catching up",
      "app-fill-load-servers-0 on m3 catching up",
      "app-serve-server-servers-0 on m3 catching up",
    ]);
    fabric.powerOn("m1");
    await eventually(() => fabric.holds("m1")).toEqual([]);
    runs();

    const { spec } = await app();
    const [setup, fill, serve] = spec.phases;
    const changed = { ...fill, processes: [{ ...fill?.processes[0], command: ["load", "more"] }] };
    await change({ phases: [setup, changed, serve] });
    await eventually(() => fabric.runs.length).toBe(6);
    await eventually(() => condition("Reconciling")).toBe("False Settled");
    const update = runs();
    expect(update.map((run) => run.replace(/ on .*/, ""))).toEqual(
      [0, 1].flatMap((ordinal) => [
        `app-serve-server-servers-${ordinal} stopped`,
        `app-fill-load-servers-${ordinal}`,
        `app-serve-server-servers-${ordinal}`,
      ]),
    );

    await change({ components: [servers({ replicas: 1 })] });
    await eventually(() => names("Claim")).toEqual(["app-servers-0"]);
    await eventually(() => condition("Reconciling")).toBe("False Settled");
    await expect
      .poll(() => names("Process"))
      .toEqual(["app-fill-load-servers-0", "app-serve-server-servers-0", "app-setup-prepare-servers-0"]);

    await api.delete(kinds.Application, appKey);
    await eventually(() => names("Application")).toEqual([]);
    for (const kind of ["Component", "Claim", "Phase", "Process"] as const) expect(await names(kind)).toEqual([]);
    expect(["m1", "m2", "m3"].flatMap((name) => fabric.holds(name))).toEqual([]);
  });

  test("that only computes ends, gives its machines back, and runs anew when it is changed", async () => {
    await createPool("m1");
    await create("Software", "pack", {});
    const phases = [phase("map", [], job("mapper")), phase("reduce", ["map"], job("reducer"))];
    await create("Application", "app", { components: [servers()], phases });
    await eventually(() => condition("Complete")).toBe("True AllPhasesReleased");
    await eventually(() => condition("CleanedUp")).toBe("True CleanedUp");
    expect(await names("Claim")).toEqual([]);
    const done = await api.get(kinds.Process, { namespace, name: "app-reduce-reducer-servers-0" });
    expect(done.status).toMatchObject({ state: "Exited", exitCode: 0 });
    runs();

    await change({ phases: [phases[0], phase("reduce", ["map"], job("reducer", { args: ["again"] }))] });
    await eventually(() => phaseOf("reduce").then(({ status }) => status?.release?.round)).toBe(1);
    await eventually(() => condition("CleanedUp")).toBe("True CleanedUp");
    expect(await condition("Ready")).toBe("True Complete");
    expect(runs().filter((run) => run.includes(" on "))).toEqual([
      "app-map-mapper-servers-0 on m1 catching up",
      "app-reduce-reducer-servers-0 on m1",
    ]);
  });

  test("fails with its phase, and tries anew when that is mended", async () => {
    await createPool("m1", "m2");
    await create("Software", "pack", {});
    fabric.exitCodes.set("app-setup-prepare-servers-1", 3);
    const phases = [phase("setup", [], job("prepare")), phase("serve", ["setup"], service("server"))];
    await create("Application", "app", { components: [servers({ replicas: 2 })], phases });
    await eventually(() => condition("Stalled")).toBe("True PhaseFailed");
    expect((await app()).status?.state).toBe("Failed");
    const message = findCondition((await app()).status?.conditions, "Ready")?.message;
    expect(message).toContain("2 expected − 1 failed = 1 can enter");
    expect(message).toContain("prepare exited with 3");
    expect(await names("Claim")).toHaveLength(2);

    fabric.exitCodes.clear();
    await change({ phases: [phase("setup", [], job("prepare", { args: ["well"] })), phases[1]] });
    await eventually(() => condition("Ready")).toBe("True Available");
    expect(await condition("Stalled")).toBe("False NotStalled");
  });

  test("goes on without members that a partial barrier leaves behind", async () => {
    await createPool("m1", "m2", "m3");
    await create("Software", "pack", {});
    fabric.exitCodes.set("app-setup-prepare-servers-2", 1);
    await create("Application", "app", {
      components: [servers({ replicas: 3, minReady: "60%" })],
      phases: [
        { ...phase("setup", [], job("prepare")), barrier: { release: { percent: 60 } } },
        phase("serve", ["setup"], service("server")),
      ],
    });
    await eventually(() => condition("Ready")).toBe("True Available");
    expect(await phaseStates()).toEqual(["setup Released", "serve Released"]);
  });

  test("waits for software and machines that are not there yet, and says so", async () => {
    await create("Application", "app", { components: [servers()], phases: [phase("serve", [], service("server"))] });
    await eventually(() => condition("Stalled")).toBe("True ReferenceNotFound");
    await create("Software", "pack", {});
    await createPool("m1");
    await eventually(() => condition("Ready")).toBe("True Available");
  });

  test("suspended gives its machines back; resumed it is a new run", async () => {
    await createPool("m1");
    await create("Software", "pack", {});
    const phases = [phase("setup", [], job("prepare")), phase("serve", ["setup"], service("server"))];
    await create("Application", "app", { components: [servers()], phases });
    await eventually(() => condition("Ready")).toBe("True Available");
    await change({ suspend: true });
    await eventually(() => condition("CleanedUp")).toBe("True CleanedUp");
    await eventually(() => names("Phase")).toEqual([]);
    expect((await app()).status?.state).toBe("Suspended");
    expect(fabric.holds("m1")).toEqual([]);
    runs();
    await change({ suspend: false });
    await eventually(() => condition("Ready")).toBe("True Available");
    expect(runs()).toEqual(["app-setup-prepare-servers-0 on m1", "app-serve-server-servers-0 on m1"]);
  });

  test("a phase put in between reaches members one after another", async () => {
    await createPool("m1", "m2");
    await create("Software", "pack", {});
    const serve = phase("serve", [], service("server"));
    await create("Application", "app", { components: [servers({ replicas: 2 })], phases: [serve] });
    await eventually(() => condition("Ready")).toBe("True Available");
    await change({ phases: [phase("warm", [], job("warmer")), { ...serve, after: ["warm"] }] });
    await eventually(phaseStates).toEqual(["warm Released", "serve Released"]);
    await eventually(() => condition("Reconciling")).toBe("False Settled");
    expect(await condition("Ready")).toBe("True Available");
  });
});
