import { beforeEach, expect, test } from "vitest";
import { type Claim, findCondition, type KindInfo, type KubeObject, kinds } from "../../pkg/api/index.ts";
import { type SimulatedServer, startSimulatedServer } from "../support/simulated-server.ts";

const namespace = "default";
/** Two cores may be busy with other tests. */
const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 20_000 });

let server: SimulatedServer;

beforeEach(async () => {
  server = await startSimulatedServer();
  const hosts = Array.from({ length: 4 }, (_, index) => ({ name: `m${index + 1}`, address: `m${index + 1}` }));
  await create("ResourcePool", "lab", { provider: { static: { hosts } } });
});

async function create(kind: keyof typeof kinds, name: string, spec: object): Promise<void> {
  const { group, namespaced } = kinds[kind];
  const metadata = { name, ...(namespaced && { namespace }) };
  const apiVersion = group === "" ? "v1" : `${group}/v1`;
  await server.api.create(kinds[kind] as KindInfo, { apiVersion, kind, metadata, spec } as KubeObject);
}

function application(name: string, replicas: number, more: object = {}): Promise<void> {
  const process = { name: "server", command: ["server"], restartPolicy: "Always" };
  return create("Application", name, {
    components: [{ name: "web", replicas, ...more }],
    phases: [{ name: "serve", processes: [process] }],
  });
}

async function conditionOf(kind: keyof typeof kinds, name: string, type: string): Promise<string> {
  const object = (await server.api.get(kinds[kind] as KindInfo, { namespace, name })) as Claim;
  const found = findCondition(object.status?.conditions, type);
  return `${found?.status} ${found?.reason}: ${found?.message}`;
}

async function raise(hard: object): Promise<void> {
  await server.api.patch(kinds.ResourceQuota, { namespace, name: "fair" }, { type: "merge", body: { spec: { hard } } });
}

const used = async (): Promise<object | undefined> =>
  (await server.api.get(kinds.ResourceQuota, { namespace, name: "fair" })).status?.used;

test("B-QUOTA-5: members that a quota refuses are a condition with the arithmetic, and are made when there is room", async () => {
  await create("ResourceQuota", "fair", { hard: { "count/claims.plush.dev": "3" } });
  await application("first", 2);
  await application("second", 2);
  const sum =
    "exceeded quota: fair, requested: count/claims.plush.dev=1, used: count/claims.plush.dev=3, limited: count/claims.plush.dev=3";
  await eventually(() => conditionOf("Application", "first", "Available")).toMatch("True");
  await eventually(() => conditionOf("Component", "second-web", "Stalled")).toBe(
    `True QuotaExceeded: 1 of 2 members have a claim: ${sum}`,
  );
  await eventually(() => conditionOf("Application", "second", "Stalled")).toMatch(
    `True QuotaExceeded: web: 1 of 2 members have a claim: ${sum}`,
  );
  expect(await conditionOf("Application", "second", "ResourcesAcquired")).toMatch("False QuotaExceeded");
  await eventually(used).toEqual({ "count/claims.plush.dev": "3" });
  await server.api.delete(kinds.Application, { namespace, name: "first" });
  await eventually(() => conditionOf("Application", "second", "Available")).toMatch("True");
  expect(await conditionOf("Application", "second", "Stalled")).toMatch("False NotStalled");
  await eventually(used).toEqual({ "count/claims.plush.dev": "2" });
});

test("B-QUOTA-5: processes that a quota refuses are told by phase and application, and run when the quota is raised", async () => {
  await create("ResourceQuota", "fair", { hard: { pods: "1" } });
  await application("app", 2);
  await eventually(() => conditionOf("Phase", "app-serve", "Stalled")).toMatch(
    "True QuotaExceeded: exceeded quota: fair, requested: pods=1, used: pods=1, limited: pods=1",
  );
  await eventually(() => conditionOf("Application", "app", "Stalled")).toMatch(
    "True QuotaExceeded: phase serve: exceeded quota",
  );
  await raise({ pods: "2" });
  await eventually(() => conditionOf("Application", "app", "Available")).toMatch("True");
  await eventually(() => conditionOf("Phase", "app-serve", "Stalled")).toMatch("False NotStalled");
});

test("B-QUOTA-5: a bare process whose claim is refused says so", async () => {
  await create("ResourceQuota", "fair", { hard: { "count/claims.plush.dev": "0" } });
  await create("Process", "bare", { resourceName: "m1", command: ["sleep"], restartPolicy: "Always" });
  await eventually(() => conditionOf("Process", "bare", "Stalled")).toMatch("True QuotaExceeded: exceeded quota: fair");
  await raise({ "count/claims.plush.dev": "1" });
  await eventually(() => conditionOf("Process", "bare", "Ready")).toMatch("True");
});

test("B-QUOTA-3: a namespace that has all its machines keeps to them; members share where they can, others wait", async () => {
  await create("ResourceQuota", "fair", { hard: { "plush.dev/machines": "2" } });
  await application("wide", 3);
  await eventually(async () => {
    const { items } = await server.api.list(kinds.Claim);
    return items.filter(({ spec }) => spec.resourceName !== undefined).length;
  }).toBe(2);
  const reasons = async (): Promise<readonly string[]> =>
    Promise.all([0, 1, 2].map((ordinal) => conditionOf("Claim", `wide-web-${ordinal}`, "Stalled")));
  await eventually(async () => (await reasons()).filter((text) => text.startsWith("True QuotaExceeded: ")).length).toBe(
    1,
  );
  expect((await reasons()).join()).toContain("2 beyond the 2 machines that quota fair lets namespace default have");
  await application("beside", 2);
  await eventually(() => conditionOf("Application", "beside", "Available")).toMatch("True");
  await eventually(used).toEqual({ "plush.dev/machines": "2" });
  await raise({ "plush.dev/machines": "3" });
  await eventually(() => conditionOf("Application", "wide", "Available")).toMatch("True");
});

test("B-QUOTA-3: work leaves a machine that is lost, also where its namespace has all that it may", async () => {
  await create("ResourceQuota", "fair", { hard: { "plush.dev/machines": "1" } });
  await application("one", 1);
  await eventually(() => conditionOf("Application", "one", "Available")).toMatch("True");
  await application("two", 1);
  await eventually(() => conditionOf("Application", "two", "Available")).toMatch("True");
  const place = async (name: string): Promise<string> => {
    const { spec } = await server.api.get(kinds.Claim, { namespace, name });
    return spec.resourceName ?? "";
  };
  const before = await place("one-web-0");
  expect(await place("two-web-0")).toBe(before);
  server.fabric.powerOff(before);
  await eventually(() => place("one-web-0")).not.toBe(before);
  await eventually(() => place("two-web-0")).not.toBe(before);
  await eventually(() => conditionOf("Application", "two", "Available")).toMatch("True");
});
