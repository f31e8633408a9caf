import { beforeEach, expect, test } from "vitest";
import { type Claim, type KindInfo, type KubeObject, kinds } from "../../pkg/api/index.ts";
import { type SimulatedServer, startSimulatedServer } from "../support/simulated-server.ts";

const namespace = "default";
/** Two cores may be busy with other tests. */
const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 20_000 });

let server: SimulatedServer;

beforeEach(async () => {
  server = await startSimulatedServer();
});

async function create(kind: "ResourcePool" | "Application", name: string, spec: object): Promise<void> {
  const metadata = { name, ...(kind === "Application" && { namespace }) };
  await server.api.create(kinds[kind] as KindInfo, { apiVersion: "plush.dev/v1", kind, metadata, spec } as KubeObject);
}

const host = (name: string, tier: string) => ({ name, address: name, labels: { tier } });

/** Two machines that will do, to which better ones come. */
async function silverPool(rebalance: object): Promise<void> {
  const hosts = [host("m1", "silver"), host("m2", "silver")];
  await create("ResourcePool", "lab", { provider: { static: { hosts } }, rebalance });
}

async function goldComes(...names: readonly string[]): Promise<void> {
  const hosts = [host("m1", "silver"), host("m2", "silver"), ...names.map((name) => host(name, "gold"))];
  const body = { spec: { provider: { static: { hosts } } } };
  await server.api.patch(kinds.ResourcePool, { namespace: "", name: "lab" }, { type: "merge", body });
  await eventually(async () => {
    const { items } = await server.api.list(kinds.Resource);
    return items.filter(({ status }) => status?.state === "Free").length;
  }).toBeGreaterThanOrEqual(names.length);
}

function application(name: string, replicas: number, more: object = {}, restartPolicy = "Always"): Promise<void> {
  const attributes = [{ name: "tier", ideal: { in: ["gold"] }, penalty: 4 }];
  return create("Application", name, {
    components: [{ name: "web", replicas, resources: { pool: "lab", attributes }, ...more }],
    phases: [{ name: "serve", processes: [{ name: "server", command: ["server"], restartPolicy }] }],
  });
}

const claim = (name: string): Promise<Claim> => server.api.get(kinds.Claim, { namespace, name });

async function placeOf(name: string): Promise<string> {
  const { spec, status } = await claim(name);
  return `${status?.state} ${spec.resourceName}@${spec.epoch}`;
}

async function eventsOf(reason: string): Promise<readonly string[]> {
  const { items } = await server.api.list(kinds.Event, { namespace });
  return items.flatMap((one) => (one.reason === reason ? [`${one.involvedObject.name} ${one.message}`] : []));
}

test("B-REBAL-3: members move one after another to machines that have become better, with an Event that says what it gains", async () => {
  await silverPool({ maxMoves: 5, period: "5s" });
  await application("app", 2);
  await eventually(() => placeOf("app-web-0")).toBe("Ready m1@1");
  await eventually(() => placeOf("app-web-1")).toBe("Ready m2@1");
  await goldComes("m3", "m4", "m5");
  await eventually(() => placeOf("app-web-0")).toMatch(/^Ready m[345]@2$/);
  await eventually(() => placeOf("app-web-1")).toMatch(/^Ready m[345]@2$/);
  expect(await eventsOf("Rebalancing")).toContainEqual(
    expect.stringMatching(/^app-web-0 to m3, a gain of 100%: penalty 4 on m1, 0 on m3$/),
  );
  await eventually(() => eventsOf("Moved")).toContainEqual(
    expect.stringMatching(/^app-web-0 moved from m1 to m3: m3 is better than m1 for it$/),
  );
  // Never two at once: the second began on its machine after the first was there.
  const { runs } = server.fabric;
  const began = (name: string): number => runs.findIndex((run) => new RegExp(`^${name} on m[345]`).test(run));
  const ended = (name: string): number =>
    runs.findIndex((run) => run.startsWith(`${name} `) && / (stopped|removed)/.test(run));
  expect(began("app-serve-server-web-0")).toBeGreaterThanOrEqual(0);
  expect(ended("app-serve-server-web-1")).toBeGreaterThan(began("app-serve-server-web-0"));
  const { status } = await claim("app-web-0");
  expect(status?.replacements).toMatchObject([{ from: "m1", to: "m3", reason: "Rebalancing" }]);
});

test("B-REBAL-2: a server that was started again goes on with the moves that are left", async () => {
  await silverPool({ maxMoves: 1, period: "1h" });
  await application("app", 2);
  await eventually(() => placeOf("app-web-1")).toBe("Ready m2@1");
  await goldComes("m3", "m4");
  const body = { spec: { rebalance: { period: "2s" } } };
  const key = { namespace: "", name: "lab" };
  await server.api.patch(kinds.ResourcePool, key, { type: "merge", body });
  await eventually(() => placeOf("app-web-0")).toMatch(/^Ready m[34]@2$/);
  await server.api.patch(kinds.ResourcePool, key, { type: "merge", body: { spec: { rebalance: { period: "1h" } } } });
  await server.restart();
  await server.api.patch(kinds.ResourcePool, key, { type: "merge", body: { spec: { rebalance: { maxMoves: 2 } } } });
  await server.api.patch(kinds.ResourcePool, key, { type: "merge", body });
  await eventually(() => placeOf("app-web-1")).toMatch(/^Ready m[34]@2$/);
});

test("B-REBAL-4: what is fenced, and what runs once, stays where it is while others move", async () => {
  await silverPool({ maxMoves: 5, period: "2s" });
  await application("fenced", 1, { fencing: { leaseDuration: "15s" } });
  await application("once", 1, {}, "Never");
  await application("plain", 1);
  await eventually(() => placeOf("plain-web-0")).toMatch(/^Ready m[12]@1$/);
  await eventually(() => placeOf("fenced-web-0")).toMatch(/^Ready m[12]@1$/);
  const stays = await placeOf("fenced-web-0");
  await goldComes("m3", "m4", "m5");
  await eventually(() => placeOf("plain-web-0")).toMatch(/^Ready m[345]@2$/);
  await application("later", 1);
  await eventually(() => placeOf("later-web-0")).toMatch(/^Ready m[345]@1$/);
  expect(await placeOf("fenced-web-0")).toBe(stays);
  expect((await eventsOf("Rebalancing")).filter((text) => !text.startsWith("plain-"))).toEqual([]);
});

test("B-REBAL-4: a move whose machine will not do any more is given up, and the member works on", async () => {
  await silverPool({ maxMoves: 5, period: "1h" });
  await application("app", 1);
  await eventually(() => placeOf("app-web-0")).toBe("Ready m1@1");
  const key = { namespace, name: "app-web-0" };
  const annotations = { "plush.dev/move-to": "1/m9" };
  await server.api.patch(kinds.Claim, key, { type: "merge", body: { metadata: { annotations } } });
  await eventually(async () => (await claim("app-web-0")).metadata.annotations?.["plush.dev/move-to"]).toBeUndefined();
  expect(await placeOf("app-web-0")).toBe("Ready m1@1");
});
