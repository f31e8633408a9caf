import { beforeEach, expect, test } from "vitest";
import { type KindInfo, type KubeObject, kinds, type PhaseStatus, type WorkItem } from "../../pkg/api/index.ts";
import { type SimulatedServer, startSimulatedServer } from "../support/simulated-server.ts";

const namespace = "default";
const phaseKey = { namespace, name: "app-work" };
const members = 100;
const items = 10_000;

let server: SimulatedServer;

async function create(kind: keyof typeof kinds, name: string, spec: object, scope: object = { namespace }) {
  const object = { apiVersion: "plush.dev/v1", kind, metadata: { name, ...scope }, spec };
  await server.api.create(kinds[kind] as KindInfo, object as KubeObject);
}

async function phaseStatus(): Promise<PhaseStatus | undefined> {
  const { items: phases } = await server.api.list(kinds.Phase);
  return phases.find(({ metadata }) => metadata.name === phaseKey.name)?.status;
}

async function allItems(): Promise<readonly WorkItem[]> {
  const { items: chunks } = await server.api.list(kinds.WorkChunk);
  return chunks.flatMap(({ status }) => status?.items ?? []);
}

beforeEach(async () => {
  server = await startSimulatedServer();
  const hosts = Array.from({ length: members + 1 }, (_, index) => {
    const name = `m${String(index).padStart(3, "0")}`;
    return { name, address: name };
  });
  await create("ResourcePool", "lab", { provider: { static: { hosts } } }, {});
});

test("B-WRK-7: 10,000 items on 100 members are twenty objects, written in batches; nothing is lost with a member and the server", async () => {
  server.fabric.stuckItems.add("m050");
  const before = server.store.revision;
  await create("Application", "app", {
    components: [{ name: "w", replicas: members, resources: { pool: "lab" } }],
    phases: [{ name: "work", work: { command: ["count"], count: items, speculate: false } }],
  });
  // All but what one machine holds and does not finish.
  await expect.poll(async () => (await phaseStatus())?.work?.waiting, { timeout: 60_000 }).toBe(0);
  await expect.poll(async () => (await phaseStatus())?.work?.running, { timeout: 60_000 }).toBeLessThan(20);
  const { done = 0, running = 0 } = (await phaseStatus())?.work ?? {};
  expect(done + running).toBe(items);
  expect(running).toBeGreaterThan(0);
  const doneBefore = new Map((await allItems()).flatMap((item) => (item.state === "Done" ? [[item.index, item]] : [])));

  await server.restart();
  server.fabric.powerOff("m050");
  await expect.poll(async () => (await phaseStatus())?.state, { timeout: 60_000 }).toBe("Released");

  const after = await allItems();
  expect(after).toHaveLength(items);
  expect(after.every(({ state, failures }) => state === "Done" && failures === 0)).toBe(true);
  for (const item of after) if (doneBefore.has(item.index)) expect(item).toEqual(doneBefore.get(item.index));
  const again = after.filter(({ attempts }) => attempts > 1);
  expect(again).toHaveLength(running);
  expect((await server.api.list(kinds.WorkChunk)).items).toHaveLength(20);
  expect((await server.api.list(kinds.Process)).items).toEqual([]);
  const writes = server.store.revision - before;
  console.log(`${items} items, ${members} members: ${writes} writes of all kinds`);
  expect(writes).toBeLessThan(items / 4);
}, 120_000);

test("B-WRK-3: an item that always fails is tried again on other members, and its end stands in the phase", async () => {
  for (const index of [3, 5]) server.fabric.exitCodes.set(`app-work-item-${index}`, 7);
  await create("Application", "app", {
    components: [{ name: "w", replicas: 3, resources: { pool: "lab" } }],
    phases: [
      { name: "work", work: { command: ["count"], items: ["a", "b", "c", "d", "e", "f"], retries: 2, maxFailed: 1 } },
    ],
  });
  await expect.poll(async () => (await phaseStatus())?.state, { timeout: 30_000 }).toBe("Failed");
  const status = await phaseStatus();
  expect(status?.conditions?.find(({ type }) => type === "Stalled")).toMatchObject({
    reason: "ItemsFailed",
    message: expect.stringMatching(/^2 of 6 items failed, 1 may: item [35] exited with 7 3 times/),
  });
  expect(status?.work?.failures?.map(({ index }) => index)).toEqual([3, 5]);
  expect((await allItems()).filter(({ state }) => state === "Failed").map(({ attempts }) => attempts)).toEqual([3, 3]);
});
