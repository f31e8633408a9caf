import { beforeEach, describe, expect, test } from "vitest";
import { type Claim, findCondition, type KindInfo, type KubeObject, kinds, mustDecode } from "../../pkg/api/index.ts";
import type { ApiClient } from "../../pkg/client/index.ts";
import type { SimulatedEgress } from "../support/simulated-egress.ts";
import type { SimulatedFabric } from "../support/simulated-fabric.ts";
import { startSimulatedServer } from "../support/simulated-server.ts";

let api: ApiClient;
let fabric: SimulatedFabric;
let egress: SimulatedEgress;

beforeEach(async () => {
  ({ api, fabric, egress } = await startSimulatedServer());
});

const namespace = "default";
const hookUrl = "http://hook.test/";

/** Two cores may be busy with other tests. */
const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 15_000 });

async function create(kind: keyof typeof kinds, name: string, spec: object, scope: object = { namespace }) {
  const info = kinds[kind] as KindInfo;
  await api.create(info, { apiVersion: "plush.dev/v1", kind, metadata: { name, ...scope }, spec } as KubeObject);
}

const service = { name: "server", command: ["server"], restartPolicy: "Always" };

/** An application of `replicas` members that serve on machines m1, m2, …, up and available. */
async function startApplication(machines: number, recovery: object, more: object = {}): Promise<void> {
  const hosts = Array.from({ length: machines }, (_, index) => ({ name: `m${index + 1}`, address: `m${index + 1}` }));
  await create("ResourcePool", "lab", { provider: { static: { hosts } } }, {});
  await create("Software", "pack", {});
  await create("Application", "app", {
    components: [{ name: "web", replicas: 2, software: ["pack"], resources: { pool: "lab" }, ...more }],
    phases: [{ name: "serve", processes: [service] }],
    recovery,
  });
  await eventually(() => condition("Available")).toBe("True EnoughReady");
}

async function condition(type: string): Promise<string> {
  const { status } = await api.get(kinds.Application, { namespace, name: "app" });
  const found = findCondition(status?.conditions, type);
  return `${found?.status} ${found?.reason}`;
}

const claimOf = (ordinal: number): Promise<Claim> => api.get(kinds.Claim, { namespace, name: `app-web-${ordinal}` });

const machineOf = async (ordinal: number): Promise<string> => {
  const { spec } = await claimOf(ordinal);
  return `${spec.resourceName}@${spec.epoch}`;
};

async function eventsOf(kind: string): Promise<string[]> {
  const { items } = await api.list(kinds.Event, { namespace });
  return items.flatMap(({ involvedObject, reason, message }) =>
    involvedObject.kind === kind ? [`${reason} ${message}`] : [],
  );
}

const crash = (ordinal: number): void => fabric.crash(`app-serve-server-web-${ordinal}`);
const answer = (action: string) => egress.answers.set(hookUrl, { status: 200, text: JSON.stringify({ action }) });

describe("hooks decide what becomes of members", () => {
  test("B-REC-14: a lost machine is waited for, as a hook says; it is told once, in Events too", async () => {
    await create("Hook", "watchful", { url: hookUrl });
    answer("Wait");
    await startApplication(3, { hooks: ["watchful"] });
    const home = await machineOf(0);
    fabric.powerOff(home.split("@")[0] ?? "");
    await eventually(() => claimOf(0).then(({ status }) => status?.failure)).toMatchObject({
      reason: "HostLost",
      action: "Wait",
      hook: "watchful",
    });
    expect(await machineOf(0)).toBe(home);
    expect(egress.posts).toHaveLength(1);
    expect(egress.posts[0]?.body).toMatchObject({ reason: "HostLost", proposed: "Replace" });
    const about = "web-0 (HostLost)";
    for (const kind of ["Application", "Hook"]) {
      await eventually(() => eventsOf(kind)).toContain(`HookAsked hook watchful is asked about ${about}`);
      const said = expect.stringContaining(`HookAnswered hook watchful says Wait for ${about}`);
      await eventually(() => eventsOf(kind)).toContainEqual(said);
    }
    const { status } = await api.get(kinds.Hook, { namespace, name: "watchful" });
    expect(status?.lastCall).toMatchObject({ application: "app", result: "Wait", failures: 1 });
    fabric.powerOn(home.split("@")[0] ?? "");
    await eventually(() => claimOf(0).then((claim) => claim.status?.failure)).toBeUndefined();
    expect(await machineOf(0)).toBe(home);
  });

  test("an answer may replace what recovery would leave, and be left to recovery", async () => {
    await create("Hook", "bold", { url: hookUrl, events: ["CrashLoop"] });
    answer("Replace");
    await startApplication(4, { process: { action: "Ignore" }, hooks: ["bold"] });
    const [crashed, lost] = [await machineOf(0), await machineOf(1)];
    crash(0);
    await eventually(() => machineOf(0)).toMatch(/@2$/);
    expect(await machineOf(0)).not.toBe(crashed);
    // It asked not to hear of lost machines.
    fabric.powerOff(lost.split("@")[0] ?? "");
    await eventually(() => machineOf(1)).toMatch(/@2$/);
    expect(egress.posts).toHaveLength(1);
  });

  test("ignored failures stall nobody", async () => {
    await startApplication(2, { process: { action: "Ignore" } });
    crash(0);
    crash(1);
    for (const ordinal of [0, 1])
      await eventually(() => claimOf(ordinal).then(({ status }) => status?.failure?.action)).toBe("Ignore");
    await eventually(() => condition("Available")).toBe("False NotEnoughReady");
    expect(await condition("Stalled")).toBe("False NotStalled");
    expect(await machineOf(1)).toMatch(/@1$/);
  });

  test("B-REC-15: FailApplication ends it, and another revision begins anew", async () => {
    await create("Hook", "strict", { url: hookUrl });
    answer("FailApplication");
    await startApplication(2, { hooks: ["strict"] });
    crash(1);
    await eventually(() => condition("Stalled")).toBe("True MemberFailed");
    const { status } = await api.get(kinds.Application, { namespace, name: "app" });
    expect(status).toMatchObject({ state: "Failed", failure: { component: "web", ordinal: 1, hook: "strict" } });
    const phases = [{ name: "serve", processes: [{ ...service, command: ["better"] }] }];
    const body = { spec: { phases } };
    await api.patch(kinds.Application, { namespace, name: "app" }, { type: "merge", body });
    await eventually(() => condition("Ready")).toBe("True Available");
  });

  test("FailPhase fails the phase that waits for the member", async () => {
    await create("Hook", "strict", { url: hookUrl });
    answer("FailPhase");
    await create("ResourcePool", "lab", { provider: { static: { hosts: [{ name: "m1", address: "m1" }] } } }, {});
    await create("Software", "pack", {});
    fabric.stuck.add("app-serve-server-web-0");
    await create("Application", "app", {
      components: [{ name: "web", software: ["pack"], resources: { pool: "lab" } }],
      phases: [{ name: "serve", processes: [service] }],
      recovery: { hooks: ["strict"] },
    });
    await eventually(() => fabric.runs.length).toBe(1);
    fabric.powerOff("m1");
    await eventually(() => condition("Stalled")).toBe("True PhaseFailed");
  });

  test("B-REC-16: a hook that is not there is named by the application, and recovery's own word holds", async () => {
    await startApplication(3, { hooks: ["none"] });
    await eventually(() => condition("HooksFound")).toBe("False ReferenceNotFound");
    fabric.powerOff((await machineOf(0)).split("@")[0] ?? "");
    await eventually(() => machineOf(0)).toMatch(/@2$/);
    await create("Hook", "none", { url: hookUrl });
    await eventually(() => condition("HooksFound")).toBe("True Found");
  });
});

test("B-REC-23: a machine in quarantine takes nothing new; what works there stays, and uncordon ends it", async () => {
  await startApplication(3, {});
  const lost = (await machineOf(0)).split("@")[0] ?? "";
  fabric.powerOff(lost);
  await eventually(() => machineOf(0)).toMatch(/@2$/);
  fabric.powerOn(lost);
  const machine = () => api.get(kinds.Resource, { namespace: "", name: lost });
  await eventually(() => machine().then(({ status }) => status?.state)).toBe("Quarantined");
  expect((await machine()).status?.quarantine).toMatchObject({ strikes: 1, reason: "HostLost" });
  const body = { spec: { components: [{ name: "web", replicas: 3, software: ["pack"], resources: { pool: "lab" } }] } };
  await api.patch(kinds.Application, { namespace, name: "app" }, { type: "merge", body });
  const bound = async (): Promise<string> => {
    const { items } = await api.list(kinds.Claim);
    const third = items.find(({ spec }) => spec.ordinal === 2);
    return findCondition(third?.status?.conditions, "Bound")?.message ?? "";
  };
  await eventually(bound).toContain("1 quarantined");
  const annotations = { "plush.dev/pardoned-at": new Date().toISOString() };
  await api.patch(
    kinds.Resource,
    { namespace: "", name: lost },
    { type: "merge", body: { metadata: { annotations } } },
  );
  await eventually(bound).toContain(`to ${lost}`);
  expect((await machine()).status).toMatchObject({ state: "Claimed" });
});

test("a hook without its Secret says so, and is well as soon as that has the key", async () => {
  await create("Hook", "signed", { url: hookUrl, secretRef: { name: "key" } });
  const ready = async (): Promise<string> => {
    const { status } = await api.get(kinds.Hook, { namespace, name: "signed" });
    const found = findCondition(status?.conditions, "Ready");
    return `${found?.status} ${found?.reason}`;
  };
  await eventually(ready).toBe("False ReferenceNotFound");
  const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "key", namespace } };
  await api.create(kinds.Secret, mustDecode(kinds.Secret, secret));
  await eventually(ready).toBe("False KeyNotFound");
  await api.patch(kinds.Secret, { namespace, name: "key" }, { type: "merge", body: { data: { hmac: btoa("x") } } });
  await eventually(ready).toBe("True Ready");
});
