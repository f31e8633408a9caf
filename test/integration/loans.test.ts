import { beforeEach, expect, test } from "vitest";
import {
  type Claim,
  findCondition,
  type KindInfo,
  type KubeObject,
  kinds,
  type Resource,
} from "../../pkg/api/index.ts";
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

async function donor(machines: number, lend: object): Promise<void> {
  const hosts = Array.from({ length: machines }, (_, index) => ({ name: `m${index + 1}`, address: `m${index + 1}` }));
  await create("ResourcePool", "lab", { provider: { static: { hosts } }, lend });
  await eventually(async () => (await server.api.list(kinds.Resource)).items.filter(isReady).length).toBe(machines);
}

const isReady = ({ status }: Resource): boolean => status?.state === "Free";

const borrower = (borrow: object, loan: object = { duration: "1h", renewBefore: "10m" }): Promise<void> =>
  create("ResourcePool", "night", { provider: { borrow: { pool: "lab", ...borrow } }, loan });

const patchPool = (name: string, spec: object): Promise<unknown> =>
  server.api.patch(kinds.ResourcePool, { namespace: "", name }, { type: "merge", body: { spec } });

/** "m1 night 1 Reclaimed": to whom it is lent, which term, and how it ends. */
async function loans(): Promise<readonly string[]> {
  const { items } = await server.api.list(kinds.Resource);
  return items.flatMap(({ metadata, status }) => {
    const { loan } = status ?? {};
    return loan === undefined
      ? []
      : [`${metadata.name} ${loan.pool} ${loan.term}${loan.ending ? ` ${loan.ending}` : ""}`];
  });
}

function application(pool: string, replicas: number): Promise<void> {
  return create("Application", "app", {
    components: [{ name: "web", replicas, resources: { pool } }],
    phases: [{ name: "serve", processes: [{ name: "server", command: ["server"], restartPolicy: "Always" }] }],
  });
}

const claim = (name: string): Promise<Claim> => server.api.get(kinds.Claim, { namespace, name });

async function placeOf(name: string): Promise<string> {
  const { spec, status } = await claim(name);
  return `${status?.state} ${spec.resourceName ?? "nowhere"}@${spec.epoch}`;
}

async function poolCondition(name: string): Promise<string> {
  const found = await server.api.get(kinds.ResourcePool, { namespace: "", name });
  const { status, reason, message } = findCondition(found.status?.conditions, "Borrowed") ?? {};
  return `${status} ${reason}: ${message}`;
}

test("B-LOAN-1: a pool borrows machines of another; members of its own go there, and no others", async () => {
  await donor(3, {});
  await borrower({ count: 2 });
  await eventually(loans).toEqual(["m1 night 1", "m2 night 1"]);
  await eventually(() => poolCondition("night")).toBe("True Lent: 2 of 2 machines are lent by pool lab");
  await application("night", 3);
  await eventually(() => placeOf("app-web-1")).toMatch(/^Configured m[12]@1$/);
  await eventually(() => placeOf("app-web-0")).toMatch(/^Configured m[12]@1$/);
  expect(await placeOf("app-web-2")).toBe("Pending nowhere@0");
  await create("Application", "own", {
    components: [{ name: "web", replicas: 2, resources: { pool: "lab" } }],
    phases: [],
  });
  await eventually(async () => (await claim("own-web-0")).spec.resourceName).toBe("m3");
  const { status } = await server.api.get(kinds.ResourcePool, { namespace: "", name: "lab" });
  expect(status?.lent).toBe(2);
});

test("B-LOAN-1: who wants all or none waits until there are so many", async () => {
  await donor(2, {});
  await borrower({ count: 3, together: true });
  await eventually(() => poolCondition("night")).toBe("False Waiting: 0 of 3 machines are lent by pool lab");
  const hosts = ["m1", "m2", "m3"].map((address) => ({ name: address, address }));
  await patchPool("lab", { provider: { static: { hosts } } });
  await eventually(loans).toEqual(["m1 night 1", "m2 night 1", "m3 night 1"]);
  const untils = (await server.api.list(kinds.Resource)).items.map(({ status }) => status?.loan?.until);
  expect(new Set(untils).size).toBe(1);
});

test("B-LOAN-2: loans are renewed on and on, and what is too many is emptied and goes back", async () => {
  await donor(3, {});
  await borrower({ count: 2 }, { duration: "3s", renewBefore: "2s" });
  await application("night", 1);
  await eventually(() => placeOf("app-web-0")).toMatch(/^Ready m1@1$/);
  await eventually(async () => (await loans()).join()).toMatch(/^m1 night [3-9],m2 night [3-9]$/);
  await patchPool("night", { provider: { borrow: { count: 1 } } });
  await eventually(async () => (await loans()).join()).toMatch(/^m1 night \d+$/);
  expect(await placeOf("app-web-0")).toBe("Ready m1@1");
});

test("B-LOAN-4: who lends calls a machine back; its member goes to another of the pool, and the machine is free for others", async () => {
  await donor(3, { notice: "1h" });
  await borrower({ count: 3 });
  await application("night", 1);
  await eventually(() => placeOf("app-web-0")).toMatch(/^Ready m1@1$/);
  await patchPool("lab", {
    provider: { static: { hosts: ["m2", "m3"].map((address) => ({ name: address, address })) } },
  });
  await eventually(() => placeOf("app-web-0")).toMatch(/^Ready m[23]@2$/);
  await patchPool("lab", { lend: { max: 1, notice: "1h" } });
  await eventually(async () => (await loans()).length).toBe(1);
  await eventually(() => placeOf("app-web-0")).toMatch(/^Ready m[23]@[23]$/);
  const [left] = await loans();
  expect(await placeOf("app-web-0")).toContain(left?.split(" ")[0]);
});

test("B-LOAN-5: who has nowhere to go leaves when the notice is over, and the next member of the lender gets the machine", async () => {
  await donor(1, { notice: "2s" });
  await borrower({ count: 1 });
  await application("night", 1);
  await eventually(() => placeOf("app-web-0")).toBe("Ready m1@1");
  await patchPool("lab", { lend: { max: 0 } });
  await eventually(loans).toEqual(["m1 night 1 Reclaimed"]);
  expect(await placeOf("app-web-0")).toBe("Ready m1@1");
  await eventually(loans).toEqual([]);
  await eventually(() => placeOf("app-web-0")).toBe("Pending nowhere@1");
  expect((await claim("app-web-0")).status?.failure?.message).toBe("m1 went back to the pool that lent it");
  await create("Application", "own", { components: [{ name: "web", resources: { pool: "lab" } }], phases: [] });
  await eventually(async () => (await claim("own-web-0")).spec.resourceName).toBe("m1");
});

test("B-LOAN-4: called back while a member is being replaced: it goes where it may stay", async () => {
  await donor(4, { notice: "1h" });
  await borrower({ count: 3 });
  await application("night", 2);
  await eventually(() => placeOf("app-web-1")).toMatch(/^Ready m2@1$/);
  await eventually(() => placeOf("app-web-0")).toMatch(/^Ready m1@1$/);
  server.fabric.powerOff("m1");
  const lost = async (): Promise<string | undefined> =>
    (await server.api.get(kinds.Resource, { namespace: "", name: "m1" })).status?.state;
  await eventually(lost).toBe("Unreachable");
  await patchPool("lab", { lend: { max: 2, notice: "1h" } });
  await eventually(async () => (await placeOf("app-web-0")).replace(/@.*/, "")).toMatch(/^Ready m[23]$/);
  await eventually(async () => (await placeOf("app-web-1")).replace(/@.*/, "")).toMatch(/^Ready m[23]$/);
  expect((await loans()).filter((text) => /^m[23] night 1$/.test(text))).toHaveLength(2);
});

test("B-LOAN-6: a server that is started again grants nothing twice, and goes on with the terms that are written down", async () => {
  await donor(4, { max: 2 });
  await borrower({ count: 2 });
  await eventually(loans).toEqual(["m1 night 1", "m2 night 1"]);
  const before = (await server.api.list(kinds.Resource)).items.map(({ status }) => status?.loan);
  await server.restart();
  await create("ResourcePool", "day", { provider: { borrow: { pool: "lab", count: 2 } } });
  await eventually(() => poolCondition("day")).toBe("False Waiting: 0 of 2 machines are lent by pool lab");
  await patchPool("lab", { lend: { max: 3 } });
  await eventually(loans).toEqual(["m1 night 1", "m2 night 1", "m3 day 1"]);
  const after = (await server.api.list(kinds.Resource)).items.map(({ status }) => status?.loan);
  expect(after.slice(0, 2)).toEqual(before.slice(0, 2));
});

test("B-LOAN-5: a pool that borrows and is deleted gives everything back", async () => {
  await donor(2, {});
  await borrower({ count: 2 });
  await eventually(loans).toEqual(["m1 night 1", "m2 night 1"]);
  await server.api.delete(kinds.ResourcePool, { namespace: "", name: "night" });
  await eventually(loans).toEqual([]);
  await eventually(async () =>
    (await server.api.list(kinds.ResourcePool)).items.map(({ metadata }) => metadata.name),
  ).toEqual(["lab"]);
});

/** A pool of machines that a provider outside lends for so many seconds, of terms of as many. */
async function lentByProvider(names: readonly string[], loan: object, seconds: number): Promise<void> {
  for (const name of names) server.lender.lend(name, new Date(Date.now() + seconds * 1000));
  const hosts = names.map((address) => ({ name: address, address }));
  await create("ResourcePool", "cloud", { provider: { static: { hosts } }, loan });
}

test("B-LOAN-7: what a provider lends is renewed on and on, once for each term", async () => {
  await lentByProvider(["m1"], { duration: "4s", renewBefore: "2s" }, 4);
  await application("cloud", 1);
  await eventually(() => placeOf("app-web-0")).toBe("Ready m1@1");
  await eventually(async () => (await loans()).join()).toMatch(/^m1 cloud [3-9]$/);
  const term = Number((await loans())[0]?.split(" ").at(-1));
  expect(server.lender.renewals.length).toBeGreaterThanOrEqual(term - 1);
  expect(server.lender.renewals.length).toBeLessThanOrEqual(term);
  expect(await placeOf("app-web-0")).toBe("Ready m1@1");
});

test("B-LOAN-7: killed between a renewal and its record: it is found renewed, and not renewed again", async () => {
  server.lender.mood = "answer-is-lost";
  await lentByProvider(["m1"], { duration: "1h", renewBefore: "5s" }, 4);
  await eventually(() => server.lender.renewals).toEqual(["m1 answer-is-lost"]);
  await server.restart();
  await eventually(loans).toEqual(["m1 cloud 2"]);
  expect(server.lender.renewals).toEqual(["m1 answer-is-lost"]);
});

test("B-LOAN-7: refused by the provider: members move in good order before the end, and where there is nowhere, at it", async () => {
  const hosts = ["m1", "m2"].map((address) => ({ name: address, address }));
  await create("ResourcePool", "cloud", {
    provider: { static: { hosts } },
    loan: { duration: "1h", renewBefore: "20s" },
  });
  await application("cloud", 1);
  await eventually(() => placeOf("app-web-0")).toBe("Ready m1@1");
  server.lender.mood = "refuses";
  server.lender.lend("m1", new Date(Date.now() + 15_000));
  await patchPool("cloud", { loan: { renewBefore: "21s" } });
  await eventually(() => placeOf("app-web-0")).toBe("Ready m2@2");
  expect(Date.now()).toBeLessThan(server.lender.untilOf("m1"));
  expect(await loans()).toContainEqual("m1 cloud 1 Refused");
  server.lender.lend("m2", new Date(Date.now() + 3000));
  await patchPool("cloud", { loan: { renewBefore: "22s" } });
  await eventually(loans).toContainEqual("m2 cloud 1 Refused");
  await eventually(() => placeOf("app-web-0")).toBe("Pending nowhere@2");
  expect(Date.now()).toBeGreaterThanOrEqual(server.lender.untilOf("m2"));
});

test("B-LOAN-7: a provider that is away for a while is asked again, and nobody moves", async () => {
  server.lender.mood = "unavailable";
  await lentByProvider(["m1"], { duration: "1h", renewBefore: "20s" }, 19);
  await application("cloud", 1);
  await eventually(() => server.lender.renewals.length).toBeGreaterThanOrEqual(2);
  server.lender.mood = "lends";
  await eventually(loans).toEqual(["m1 cloud 2"]);
  expect(await placeOf("app-web-0")).toBe("Ready m1@1");
});
