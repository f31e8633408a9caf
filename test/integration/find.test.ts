import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { findCondition, type KindInfo, type KubeObject, kinds, type ResourceQuery } from "../../pkg/api/index.ts";
import { type Identity, mastersGroup } from "../../pkg/auth/index.ts";
import { builtInCommands } from "../../pkg/cli/command-table.ts";
import { runCaptured } from "../../pkg/cli/fixtures/run-captured.ts";
import { readText, sendJson, startStub } from "../../pkg/client/fixtures/stub-server.ts";
import { StatusError } from "../../pkg/status/index.ts";
import { docCommands, examplesOf } from "../support/doc-examples.ts";
import { type SimulatedServer, startSimulatedServer } from "../support/simulated-server.ts";

let server: SimulatedServer;

beforeEach(async () => {
  server = await startSimulatedServer();
});

/** Two cores may be busy with other tests. */
const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 20_000 });
const namespace = "default";
const admin: Identity = { user: "admin", groups: [mastersGroup] };

async function apply(kindName: string, name: string, spec: object): Promise<void> {
  const kind = kinds[kindName as keyof typeof kinds] as KindInfo;
  const key = { namespace: kind.namespaced ? namespace : "", name };
  const metadata = { name, ...(kind.namespaced && { namespace }) };
  const body = { apiVersion: "plush.dev/v1", kind: kindName, metadata, spec } as KubeObject;
  await server.api.patch(kind, key, { type: "apply", body }, { fieldManager: "plush" });
}

/** Machines "SITE-NUMBER", each with its place in the network: sites are 100 ms apart, machines of a site 2 ms. */
async function makeMachines(...names: readonly string[]): Promise<void> {
  const hosts = names.map((name) => ({ name, address: name, labels: { site: name.slice(0, 1) } }));
  await apply("ResourcePool", "lab", { provider: { static: { hosts } } });
  await eventually(async () => {
    const { items } = await server.api.list(kinds.Resource);
    return items.filter(({ status }) => status?.state === "Free").length;
  }).toBe(names.length);
  for (const name of names) {
    const coordinates = {
      x: (name.charCodeAt(0) - 97) * 100,
      y: 2 * Number(name.slice(2)),
      z: 0,
      height: 1,
      error: 0.1,
    };
    const patch = { type: "merge", body: { status: { coordinates } } } as const;
    await server.api.patch(kinds.Resource, { namespace: "", name }, patch, { subresource: "status" });
  }
}

async function find(spec: object, identity: Identity = admin): Promise<NonNullable<ResourceQuery["status"]>> {
  const { authorizer } = server.backing.backend;
  const answer = await server.findRoute.handle({
    identity,
    namespace,
    body: { apiVersion: "plush.dev/v1", kind: "ResourceQuery", spec },
    query: undefined as never,
    path: "",
    headers: {},
    raw: new Uint8Array(),
    signal: new AbortController().signal,
    authorize(attributes) {
      const decision = authorizer.decide(identity, { kind: "resource", ...attributes });
      if (!decision.allowed) throw new StatusError("Forbidden", decision.reason);
    },
  });
  return JSON.parse(String(answer.body)).status;
}

type Answer = NonNullable<ResourceQuery["status"]>;
const found = ({ sets }: Answer): string[][] => sets.map(({ resources }) => resources.map(({ resource }) => resource));

test("B-FIND-5: a query finds groups near to each other, tells what they pay, and takes nothing", async () => {
  await makeMachines("a-1", "b-1", "b-2", "b-3", "c-1");
  const answer = await find({
    groups: [
      { name: "servers", count: 2, resources: { latency: [{ within: true, max: "50ms", ideal: { max: "1ms" } }] } },
      { name: "clients", resources: { latency: [{ to: "servers", max: "50ms" }] } },
    ],
  });
  expect(found(answer)).toEqual([["b-1", "b-2"], ["b-3"]]);
  // 2 ms of distance and a height of 1 ms on both sides are 3 ms more than ideal, for each of both.
  expect(answer).toMatchObject({ found: true, optimal: true, penalty: 6 });
  expect(answer.sets[0]?.resources[0]?.terms).toEqual([{ term: "latency within", penalty: 3 }]);
  expect(answer).not.toHaveProperty("refused");
  const { items } = await server.api.list(kinds.Resource);
  expect(items.every(({ status }) => (status?.allocations ?? []).length === 0)).toBe(true);
  expect((await server.api.list(kinds.Claim)).items).toEqual([]);
});

test("B-FIND-6: an explained query tells every machine: what it would pay, or why it will not do", async () => {
  await makeMachines("a-1", "b-1", "b-2", "b-3", "c-1");
  await server.api.patch(
    kinds.Resource,
    { namespace: "", name: "c-1" },
    { type: "merge", body: { spec: { unschedulable: true } } },
  );
  const resources = { latency: [{ within: true, max: "50ms", ideal: { max: "1ms" } }] };
  await eventually(async () => {
    const { refused } = await find({ explain: true, groups: [{ name: "g", count: 2, resources }] });
    return refused?.map(({ resource, reason }) => `${resource} ${reason}`);
  }).toEqual(["a-1 LatencyOutOfBounds", "c-1 Unschedulable"]);
  const { others } = await find({ explain: true, groups: [{ name: "g", count: 2, resources }] });
  expect(others).toEqual([
    { group: "g", resource: "b-3", penalty: 4, terms: [{ term: "latency within", penalty: 4 }], claims: 0 },
  ]);
});

test("B-FIND-7: where nothing is found the reason is told; who may not list machines is not told of each", async () => {
  await makeMachines("a-1", "b-1", "c-1");
  const groups = [{ name: "g", count: 2, resources: { latency: [{ within: true, max: "50ms" }] } }];
  const none = await find({ explain: true, groups });
  expect(none).toMatchObject({ found: false, optimal: true, sets: [] });
  expect(none.message).toBe(
    "each group has enough machines that will do by themselves, but no set of them keeps all rules: latency within",
  );
  const short = await find({ explain: true, groups: [{ name: "g", count: 4 }] }, { user: "bob", groups: [] });
  expect(short.message).toBe("group g wants 4 of 3 machines, and 3 will do");
  expect(short).not.toHaveProperty("others");
  expect(short).not.toHaveProperty("refused");
});

test("B-FIND-8: a query that cannot be answered as it is meant is refused", async () => {
  await makeMachines("a-1");
  const latency = (rule: object) => find({ groups: [{ name: "g", resources: { latency: [rule] } }] });
  await expect(latency({ to: "nobody", max: "1ms" })).rejects.toThrow(
    'spec.groups[0].resources.latency[0].to: Invalid value: "nobody": is neither a group of the query nor a Component',
  );
  await expect(latency({ resource: "z-9", max: "1ms" })).rejects.toThrow("is no Resource");
  await expect(latency({ max: "1ms" })).rejects.toThrow("one of within, to, resource");
  await expect(find({ groups: [{ name: "g", size: 3 }] })).rejects.toThrow('unknown field "spec.groups[0].size"');
  await expect(find({ timeBudget: "1m", groups: [{ name: "g" }] })).rejects.toThrow("must not be more than 10s");
});

const places = async (): Promise<string[]> => {
  const { items } = await server.api.list(kinds.Claim);
  return items.map(({ metadata, spec }) => `${metadata.name} ${spec.resourceName ?? "nowhere"}`).sort();
};

const servers = (resources: object, replicas: number) => ({ name: "servers", replicas, resources });

test("B-FIND-9: members that are to be close to each other get machines where there is room for all of them", async () => {
  // The first machine by name stands alone.
  await makeMachines("a-1", "b-1", "b-2", "c-1", "c-2", "c-3");
  const latency = [{ within: true, max: "50ms" }];
  await apply("Application", "app", { components: [servers({ latency }, 3)], phases: [] });
  await eventually(places).toEqual(["app-servers-0 c-1", "app-servers-1 c-2", "app-servers-2 c-3"]);
});

test("B-FIND-10: latency between components holds for whichever is placed later, and who finds nothing is told why", async () => {
  await makeMachines("a-1", "b-1", "b-2");
  const near = { name: "clients", resources: { latency: [{ to: "servers", max: "50ms" }] } };
  await apply("Application", "app", {
    components: [servers({ selector: { matchLabels: { site: "b" } } }, 1), { ...near, replicas: 3 }],
    phases: [],
  });
  await eventually(async () => {
    const claim = await server.api.get(kinds.Claim, { namespace, name: "app-clients-2" }).catch(() => undefined);
    return findCondition(claim?.status?.conditions, "Stalled")?.message ?? "";
  }).toMatch(/0\/3 machines: .*1 latency to servers above max 50ms/);
  const taken = await places();
  expect(taken).toContain("app-clients-2 nowhere");
  expect(taken.filter((place) => place.endsWith("a-1"))).toEqual([]);
});

test("B-FIND-11: members go where those of another component are, once these are somewhere, and away from others", async () => {
  await makeMachines("a-1", "a-2", "b-1", "b-2", "c-1");
  await apply("Application", "app", {
    components: [
      {
        name: "caches",
        replicas: 2,
        resources: { affinity: [{ to: "servers", by: "site" }], antiAffinity: [{ to: "servers" }] },
      },
      servers(
        {
          spread: [{ by: "site", max: 1, maxSkew: 2 }],
          selector: { matchExpressions: [{ key: "site", operator: "NotIn", values: ["a"] }] },
        },
        1,
      ),
    ],
    phases: [],
  });
  await eventually(places).toEqual(["app-caches-0 b-2", "app-caches-1 nowhere", "app-servers-0 b-1"]);
});

test("B-FIND-14: components that each go only where the other is get machines together, where there is room for both", async () => {
  await makeMachines("a-1", "b-1", "b-2", "b-3");
  const beside = (name: string, to: string, replicas: number) => ({
    name,
    replicas,
    resources: { affinity: [{ to, by: "site" }], dedicated: true },
  });
  await apply("Application", "app", {
    components: [beside("front", "back", 1), beside("back", "front", 2)],
    phases: [],
  });
  await eventually(async () => (await places()).filter((place) => / b-\d$/.test(place)).length).toBe(3);
});

test("B-FIND-14: where there is no room for both, both say what they wait for", async () => {
  await makeMachines("a-1", "b-1");
  const beside = (name: string, to: string) => ({
    name,
    resources: { affinity: [{ to, by: "site" }], dedicated: true },
  });
  await apply("Application", "app", { components: [beside("front", "back"), beside("back", "front")], phases: [] });
  const message = async (name: string): Promise<string> => {
    const claim = await server.api.get(kinds.Claim, { namespace, name }).catch(() => undefined);
    return findCondition(claim?.status?.conditions, "Ready")?.message ?? "";
  };
  await eventually(() => message("app-front-0")).toMatch(/0\/2 machines: 2 affinity to back not met/);
  await eventually(() => message("app-back-0")).toMatch(/0\/2 machines: 2 affinity to front not met/);
});

const root = resolve(import.meta.dirname, "../..");
const page = "docs/find.md";

/** Twelve sites of two machines, 5 ms apart, and a gate; labels stand for what agents would find. */
async function makeSites(): Promise<void> {
  const labels = { "cpu.cores": "4", "load.1m": "0.5", "disk.free": "150000000", os: "linux", kernel: "6.1.0-18" };
  const names = Array.from({ length: 24 }, (_, at) => ({
    name: `s${at}`,
    site: ["sjc", "ams"][at >> 1] ?? `site-${at >> 1}`,
  }));
  const hosts = [...names, { name: "gate-1", site: "gate" }].map(({ name, site }) => ({
    name,
    address: name,
    labels: { ...labels, site },
  }));
  await apply("ResourcePool", "lab", { provider: { static: { hosts } } });
  await eventually(async () => {
    const { items } = await server.api.list(kinds.Resource);
    return items.filter(({ status }) => status?.state === "Free").length;
  }).toBe(hosts.length);
  for (const [at, { name }] of hosts.entries()) {
    const coordinates = { x: at >> 1, y: 0, z: 0, height: 2, error: 0.1 };
    const patch = { type: "merge", body: { status: { coordinates } } } as const;
    await server.api.patch(kinds.Resource, { namespace: "", name }, patch, { subresource: "status" });
  }
}

test("B-FIND-13: the commands of the page do what it says, SWORD's sample query among them", async () => {
  await makeSites();
  const directory = mkdtempSync(join(tmpdir(), "plush-find-docs-"));
  for (const { yaml } of examplesOf(page, readFileSync(join(root, page), "utf8")))
    writeFileSync(join(directory, yaml.includes("kind: ResourceQuery") ? "sword.yaml" : "app.yaml"), yaml);
  const stub = await startStub(async (request, response) => {
    const body = JSON.parse(await readText(request));
    sendJson(response, 201, { ...body, status: await find(body.spec) });
  });
  onTestFinished(async () => {
    await stub.close();
    rmSync(directory, { recursive: true, force: true });
  });
  const commands = docCommands(root).filter(({ place, words }) => place.startsWith(page) && words[0] === "find");
  expect(commands.length).toBeGreaterThan(7);
  for (const { place, words } of commands) {
    const argv = words.map((word) => (word.endsWith(".yaml") ? join(directory, word) : word));
    const { code, out, err } = await runCaptured(argv, { url: stub.url, commands: builtInCommands });
    expect({ place, code, err }).toEqual({ place, code: 0, err: "" });
    expect(out.split("\n").length).toBeGreaterThan(2);
    if (words.includes("sword.yaml")) {
      expect(out.match(/^g\d .* taken +\d/gm)).toHaveLength(20);
      expect(out).toMatch(/20 machines, penalty [0-9.]+, the least/);
    }
  }
});
