import { beforeEach, describe, expect, test } from "vitest";
import {
  type Application,
  findCondition,
  type KindInfo,
  type KubeObject,
  kinds,
  type Phase,
} from "../../pkg/api/index.ts";
import type { ApiClient } from "../../pkg/client/index.ts";
import { StatusError } from "../../pkg/status/index.ts";
import type { SimulatedFabric } from "../support/simulated-fabric.ts";
import { startSimulatedServer } from "../support/simulated-server.ts";

let api: ApiClient;
let fabric: SimulatedFabric;

beforeEach(async () => {
  ({ api, fabric } = await startSimulatedServer());
});

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;

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
  test("B-PHA-1: comes up phase by phase, is replaced, updated, scaled and deleted", async () => {
    await createPool("m1", "m2", "m3");
    await create("Software", "pack", { source: { blob: digest("a") } });
    await create("Application", "app", threePhases());
    await eventually(() => condition("Ready")).toBe("True Available");
    await eventually(() => condition("Reconciling")).toBe("False Settled");
    expect(await phaseStates()).toEqual(["setup Released", "fill Released", "serve Released"]);
    const first = [...fabric.runs];
    expect(first).toHaveLength(6);
    for (const earlier of ["app-setup-prepare-servers-0", "app-setup-prepare-servers-1"])
      for (const later of ["app-fill-load-servers-0", "app-fill-load-servers-1"])
        expect(at(first, earlier)).toBeLessThan(at(first, later));
    expect((await phaseOf("setup")).status).toMatchObject({
      progress: "2/2",
      release: { round: 0, rule: "all", missing: [] },
    });

    fabric.powerOff("m1");
    await eventually(() => fabric.runs.length).toBe(9);
    expect(fabric.holds("m3")).toEqual(["app-servers-0@2 Configured"]);
    await eventually(() => condition("Available")).toBe("True EnoughReady");
    await eventually(() => condition("Reconciling")).toBe("False Settled");
    expect(runs().slice(6)).toEqual([
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

  test("B-PHA-7: fails with its phase, and tries anew when that is mended", async () => {
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

  test("B-BAR-7: goes on without members that a partial barrier leaves behind", async () => {
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
    await eventually(phaseStates).toEqual(["setup Released", "serve Released"]);
  });

  test("waits for software and machines that are not there yet, and says so", async () => {
    await create("Application", "app", { components: [servers()], phases: [phase("serve", [], service("server"))] });
    await eventually(() => condition("Stalled")).toBe("True ReferenceNotFound");
    await create("Software", "pack", {});
    await createPool("m1");
    await eventually(() => condition("Ready")).toBe("True Available");
  });

  test("B-FIN-2: suspended gives its machines back; resumed it is a new run", async () => {
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

  test("B-FIN-10: what cannot be fetched does not hold machines, and its process says what is missing", async () => {
    await createPool("m1", "m2");
    await create("Software", "pack", {});
    const log = { name: "log", digest: digest("b"), size: 7 };
    fabric.leaves.set("app-setup-prepare-servers-0", { results: [log] });
    fabric.leaves.set("app-setup-prepare-servers-1", new StatusError("Timeout", "its machine gave nothing for 30 s"));
    const phases = [phase("setup", [], job("prepare"))];
    await create("Application", "app", { components: [servers({ replicas: 2 })], phases });
    await eventually(() => condition("CleanedUp")).toBe("True CleanedUp");
    expect(at(fabric.runs, "app-setup-prepare-servers-0 collected")).toBeLessThan(
      at(fabric.runs, "app-setup-prepare-servers-0 removed"),
    );
    const { items } = await api.list(kinds.Process);
    expect(items.map(({ status }) => status?.results ?? status?.collected?.missing)).toEqual([
      [log],
      "its machine gave nothing for 30 s",
    ]);
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

  test("B-REC-9: a member fails on a policy that fails the application, after its release", async () => {
    await createPool("m1");
    await create("Software", "pack", {});
    await create("Application", "app", {
      components: [servers()],
      phases: [phase("serve", [], service("server"))],
      recovery: { process: { action: "FailApplication" } },
    });
    await eventually(() => condition("Ready")).toBe("True Available");
    fabric.crash("app-serve-server-servers-0");
    await eventually(() => condition("Stalled")).toBe("True PhaseFailed");
    expect((await app()).status?.state).toBe("Failed");
  });

  test("B-UPD-11: a new package reaches members one after another, and paused ones not at all", async () => {
    await createPool("m1", "m2");
    await create("Software", "pack", { source: { blob: digest("a") } });
    await create("Application", "app", {
      components: [servers({ replicas: 2 })],
      phases: [phase("serve", [], service("server"))],
      paused: true,
    });
    await eventually(() => condition("Ready")).toBe("True Available");
    runs();
    const body = { spec: { source: { blob: digest("b") } } };
    await api.patch(kinds.Software, { namespace, name: "pack" }, { type: "merge", body });
    await eventually(() => condition("Reconciling")).toBe("True Updating");
    expect(runs()).toEqual([]);
    await change({ paused: false });
    await eventually(() => fabric.runs.length).toBe(2);
    await eventually(() => condition("Reconciling")).toBe("False Settled");
    const again = runs();
    expect(again[0]).toMatch(/^app-serve-server-servers-0 on/);
    expect(again[1]).toMatch(/^app-serve-server-servers-1 on/);
    const claims = await api.list(kinds.Claim);
    expect(claims.items.map(({ status }) => status?.software?.[0]?.digest)).toEqual([digest("b"), digest("b")]);
  });
});

describe("without an application", () => {
  test("B-PHA-9: a component holds machines ready, one of each that fits", async () => {
    await createPool("m1", "m2");
    await create("Software", "pack", {});
    await create("Component", "every", servers({ name: "every", everyResource: true }));
    await eventually(() => names("Claim")).toEqual(["every-0", "every-1"]);
    const component = () => api.get(kinds.Component, { namespace, name: "every" });
    await eventually(() => component().then(({ status }) => status?.state)).toBe("Ready");
    await api.patch(
      kinds.ResourcePool,
      { namespace: "", name: "lab" },
      {
        type: "merge",
        body: {
          spec: { provider: { static: { hosts: ["m1", "m2", "m3"].map((name) => ({ name, address: name })) } } },
        },
      },
    );
    await eventually(() => component().then(({ status }) => status?.ready)).toBe(3);
    await api.delete(kinds.Component, { namespace, name: "every" });
    await eventually(() => names("Component")).toEqual([]);
    expect(await names("Claim")).toEqual([]);
  });

  test("B-PHA-8: a phase runs on a component that a person made", async () => {
    await createPool("m1");
    await create("Software", "pack", {});
    await create("Component", "servers", servers());
    const processes = [job("once", { component: "servers" })];
    await create("Phase", "alone", { phase: "alone", components: ["servers"], processes });
    const alone = () => api.get(kinds.Phase, { namespace, name: "alone" });
    await eventually(() => alone().then(({ status }) => status?.state)).toBe("Released");
  });

  test("a process runs on the machine that it names, under a claim of its own", async () => {
    await createPool("m1", "m2");
    await eventually(() => names("Resource")).toEqual(["m1", "m2"]);
    await create("Process", "solo", { ...service("solo"), name: undefined, resourceName: "m2" });
    const solo = () => api.get(kinds.Process, { namespace, name: "solo" });
    await eventually(() => solo().then(({ status }) => [status?.state, status?.resourceName])).toEqual(["Ready", "m2"]);
    await api.delete(kinds.Process, { namespace, name: "solo" });
    await eventually(() => names("Process")).toEqual([]);
    expect(fabric.holds("m2")).toEqual([]);
  });
});
