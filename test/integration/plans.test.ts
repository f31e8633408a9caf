import { beforeEach, expect, test } from "vitest";
import { type Claim, findCondition, type KindInfo, type KubeObject, kinds, storedKinds } from "../../pkg/api/index.ts";
import { type Identity, mastersGroup } from "../../pkg/auth/index.ts";
import type { PlanStatus } from "../../pkg/protocol/index.ts";
import { StatusError } from "../../pkg/status/index.ts";
import { type SimulatedServer, startSimulatedServer } from "../support/simulated-server.ts";

let server: SimulatedServer;

beforeEach(async () => {
  server = await startSimulatedServer();
});

/** Two cores may be busy with other tests. */
const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 15_000 });
const namespace = "default";
const admin: Identity = { user: "admin", groups: [mastersGroup] };

function object(kind: string, name: string, spec: object): KubeObject {
  const scope = kind === "ResourcePool" ? {} : { namespace };
  return { apiVersion: "plush.dev/v1", kind, metadata: { name, ...scope }, spec } as KubeObject;
}

async function apply(...objects: readonly KubeObject[]): Promise<void> {
  for (const one of objects) {
    const kind = kinds[one.kind as keyof typeof kinds] as KindInfo;
    const key = { namespace: one.metadata.namespace ?? "", name: one.metadata.name ?? "" };
    await server.api.patch(kind, key, { type: "apply", body: one }, { fieldManager: "plush" });
  }
}

async function plan(objects: readonly unknown[], identity: Identity = admin): Promise<PlanStatus> {
  const { authorizer } = server.backing.backend;
  const answer = await server.planRoute.handle({
    identity,
    body: { apiVersion: "plush.dev/v1", kind: "Plan", spec: { objects } },
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
  return JSON.parse(String(answer.body)).status as PlanStatus;
}

const pool = (...names: string[]): KubeObject =>
  object("ResourcePool", "lab", { provider: { static: { hosts: names.map((name) => ({ name, address: name })) } } });
const job = (name: string, more: object = {}) => ({ name, command: [name], restartPolicy: "Never", ...more });
const service = (name: string, more: object = {}) => ({ name, command: [name], restartPolicy: "Always", ...more });

/** Servers that are prepared and then serve. */
function app(replicas: number, server: object = {}, more: object = {}): KubeObject {
  return object("Application", "app", {
    components: [{ name: "servers", replicas, resources: { pool: "lab" } }],
    phases: [
      { name: "setup", processes: [job("prepare")] },
      { name: "serve", after: ["setup"], processes: [service("server", server)] },
    ],
    ...more,
  });
}

const stateOf = async (): Promise<string> =>
  (await server.api.get(kinds.Application, { namespace, name: "app" })).status?.state ?? "";
const readyMembers = async (): Promise<string> =>
  (await server.api.get(kinds.Application, { namespace, name: "app" })).status?.readyMembers ?? "";

async function everything(): Promise<string> {
  const lists = await Promise.all(storedKinds.map((kind) => server.api.list(kind)));
  return JSON.stringify(lists.map(({ items }) => items));
}

/** What the plan says of machines: "servers-0 Bind m1". */
function places({ machines }: PlanStatus): string[] {
  return machines.map(({ component, ordinal, action, resource = "" }) =>
    `${component}-${ordinal} ${action} ${resource}`.trim(),
  );
}

/** What the plan says of processes, as the simulated machines record it: that a new run ends the former one is not told. */
function runs({ restarts }: PlanStatus): string[] {
  const all = restarts.flatMap(({ steps }) =>
    steps.flatMap(({ step, actions }) => actions.map((one) => ({ step, ...one }))),
  );
  const actions = all.toSorted((left, right) => left.step - right.step);
  const isReplaced = (index: number): boolean => actions[index + 1]?.name === actions[index]?.name;
  return actions.flatMap(({ action, name, resource }, index) => {
    if (action === "Start") return [`${name} on ${resource}`];
    return isReplaced(index) ? [] : [`${name} stopped`];
  });
}

test("B-PLN-3: a plan tells diff, machines and processes of an application, changes nothing, and it comes so", async () => {
  await apply(pool("m1", "m2", "m3"));
  await eventually(() => machinesReady()).toBe(3);
  let planned = await plan([app(2)]);
  // Others may write meanwhile, as Events of the machines that came; once they are done, nobody does.
  await eventually(async () => {
    const [revision, before] = [server.store.revision, await everything()];
    planned = await plan([app(2)]);
    return server.store.revision === revision && (await everything()) === before;
  }).toBe(true);
  expect(planned.diff).toMatchObject([{ kind: "Application", name: "app", action: "Create" }]);
  expect(places(planned)).toEqual(["servers-0 Bind m1", "servers-1 Bind m2"]);
  expect(planned.machines[0]?.why).toBe("first by name of 3 machines that will do (m2 is as good)");
  expect(planned.notes).toEqual([]);
  await apply(app(2));
  await eventually(readyMembers).toBe("2/2");
  expect([...server.fabric.runs].sort()).toEqual([...runs(planned)].sort());
});

async function machinesReady(): Promise<number> {
  const { items } = await server.api.list(kinds.Resource);
  return items.filter(({ status }) => status?.state === "Free").length;
}

test("B-PLN-4: a plan of a change tells which processes restart, in which order and why", async () => {
  await apply(pool("m1", "m2", "m3"), app(3));
  await eventually(readyMembers).toBe("3/3");
  server.fabric.runs.length = 0;
  const next = app(3, { command: ["server", "--fast"] }, { updateStrategy: { maxUnavailable: 1 } });
  const planned = await plan([next]);
  expect(planned.diff[0]).toMatchObject({ action: "Update" });
  expect(planned.restarts).toMatchObject([{ component: "servers", members: 3, atATime: 1 }]);
  expect(planned.restarts[0]?.why).toEqual(['phase serve, process server: command: ["server"] → ["server","--fast"]']);
  expect(places(planned)).toEqual(["servers-0 Stay m1", "servers-1 Stay m2", "servers-2 Stay m3"]);
  await apply(next);
  await eventually(() => server.fabric.runs.length).toBe(3);
  expect(server.fabric.runs).toEqual(runs(planned));
  expect(await stateOf()).not.toBe("Failed");
});

test("B-PLN-5: what runs after a changed phase is stopped first, last first, a member at a time", async () => {
  const three = (fill: string): KubeObject =>
    object("Application", "app", {
      components: [{ name: "servers", replicas: 2, resources: { pool: "lab" } }],
      phases: [
        { name: "setup", processes: [job("prepare")] },
        { name: "fill", after: ["setup"], processes: [job("load", { command: [fill] })] },
        { name: "serve", after: ["fill"], processes: [service("server")] },
      ],
    });
  await apply(pool("m1", "m2"), three("load"));
  await eventually(readyMembers).toBe("2/2");
  server.fabric.runs.length = 0;
  const planned = await plan([three("load-more")]);
  const member = (ordinal: number): string[] => [
    `app-serve-server-servers-${ordinal} stopped`,
    `app-fill-load-servers-${ordinal} on m${ordinal + 1}`,
    `app-serve-server-servers-${ordinal} on m${ordinal + 1}`,
  ];
  expect(runs(planned)).toEqual([...member(0), ...member(1)]);
  await apply(three("load-more"));
  await eventually(() => server.fabric.runs.length).toBe(6);
  expect(server.fabric.runs).toEqual(runs(planned));
});

test("B-PLN-6: members of one plan are placed together; who finds no machine is told why, who is too many goes", async () => {
  await apply(pool("m1", "m2", "m3"), app(2));
  await eventually(readyMembers).toBe("2/2");
  const wanted = { pool: "lab", attributes: [{ name: "cpu.cores", min: 64 }] };
  const other = object("Application", "other", {
    components: [
      { name: "big", replicas: 1, resources: wanted },
      { name: "small", replicas: 4, resources: { pool: "lab" } },
    ],
    phases: [{ name: "serve", processes: [service("server", { component: "small" })] }],
  });
  expect(places(await plan([app(1)]))).toEqual(["servers-0 Stay m1", "servers-1 Release m2"]);
  const planned = await plan([other]);
  expect(places(planned)).toEqual([
    "big-0 Unplaced",
    "small-0 Bind m3",
    "small-1 Bind m1",
    "small-2 Bind m2",
    "small-3 Unplaced",
  ]);
  const big = planned.machines.find(({ component }) => component === "big");
  expect(big?.why).toBe("Unschedulable: 0/3 machines: 3 cpu.cores below min 64");
  expect(big?.refusals?.map(({ resource, reason }) => `${resource} ${reason}`)).toEqual([
    "m1 AttributeOutOfBounds",
    "m2 AttributeOutOfBounds",
    "m3 AttributeOutOfBounds",
  ]);
  await apply(other);
  await eventually(async () =>
    (await server.api.list(kinds.Claim)).items
      .map(({ metadata, spec }) => `${metadata.name} ${spec.resourceName}`)
      .sort(),
  ).toEqual([
    "app-servers-0 m1",
    "app-servers-1 m2",
    "other-big-0 undefined",
    "other-small-0 m3",
    "other-small-1 m1",
    "other-small-2 m2",
    "other-small-3 undefined",
  ]);
});

const config = (text: string): KubeObject =>
  ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings", namespace }, data: { text } }) as KubeObject;
const secret = (text: string): KubeObject =>
  ({ apiVersion: "v1", kind: "Secret", metadata: { name: "key", namespace }, stringData: { text } }) as KubeObject;

test("B-PLN-7: what files and packages are made of restarts processes in a plan too; what is missing is told, values of Secrets are not", async () => {
  const files = [
    { path: "settings", configMapKeyRef: { name: "settings", key: "text" }, onChange: "Restart" },
    { path: "key", secretKeyRef: { name: "key", key: "text" }, onChange: "Restart" },
  ];
  const components = [{ name: "servers", software: ["pack"], resources: { pool: "lab" } }];
  const wanted = app(1, { files }, { components });
  const lacking = await plan([pool("m1"), wanted]);
  expect(lacking.notes.map(({ reason }) => reason)).toContain("ReferenceNotFound");
  expect(lacking.restarts).toEqual([]);
  const pack = (letter: string): KubeObject =>
    object("Software", "pack", { source: { blob: `sha256:${letter.repeat(64)}` } });
  await apply(pool("m1"), pack("a"), config("one"), secret("hush-1"), wanted);
  await eventually(readyMembers).toBe("1/1");
  const planned = await plan([config("two"), secret("hush-2"), pack("b")]);
  expect(planned.restarts[0]?.why).toEqual([
    "phase serve, process server: what file settings is made of has other content",
    "phase serve, process server: what file key is made of has other content",
    `package pack: "sha256:${"a".repeat(64)}" → "sha256:${"b".repeat(64)}"`,
  ]);
  expect(planned.diff.map(({ kind, fields }) => [kind, fields?.[0]])).toEqual([
    ["ConfigMap", { path: "data.text", from: "one", to: "two" }],
    ["Secret", { path: "data.text", from: "***", to: "***" }],
    ["Software", { path: "spec.source.blob", from: expect.any(String), to: expect.any(String) }],
  ]);
  expect(JSON.stringify(planned)).not.toMatch(/hush|aHVzaC/);
  expect((await plan([config("one"), pack("a"), wanted])).changes).toBe(false);
});

test("B-UPD-16: changed resources move the members whose machine does not meet them, and the plan says so", async () => {
  const hosts = ["m1", "m2", "m3", "m4"].map((name, index) => ({
    name,
    address: name,
    labels: { rack: index < 2 ? "a" : "b" },
  }));
  await apply(object("ResourcePool", "lab", { provider: { static: { hosts } } }));
  await apply(object("ResourcePool", "spare", { provider: { static: { hosts: [{ name: "s1", address: "s1" }] } } }));
  const on = (resources: object): KubeObject =>
    app(2, {}, { components: [{ name: "servers", replicas: 2, resources }] });
  await apply(on({ pool: "lab", selector: { matchLabels: { rack: "a" } } }));
  await eventually(readyMembers).toBe("2/2");
  // Also met by the machines that they have.
  const wider = on({ pools: ["lab", "spare"], attributes: [{ name: "rack", in: ["a", "b"] }] });
  expect(places(await plan([wider]))).toEqual(["servers-0 Stay m1", "servers-1 Stay m2"]);
  const other = on({ pools: ["lab", "spare"], attributes: [{ name: "rack", in: ["b"] }] });
  expect(places(await plan([other]))).toEqual(["servers-0 Move m3", "servers-1 Move m4"]);
  await apply(wider);
  await apply(other);
  const claims = async (): Promise<readonly Claim[]> => (await server.api.list(kinds.Claim, { namespace })).items;
  await eventually(async () =>
    (await claims()).map(({ spec, status }) => `${spec.resourceName} ${status?.state}`),
  ).toEqual(["m3 Ready", "m4 Ready"]);
  const [first] = await claims();
  expect(first).toMatchObject({ spec: { epoch: 2 }, status: { replacements: [{ from: "m1", to: "m3" }] } });
  // None is left: who works, works on, and says what is missing.
  await apply(on({ pool: "spare", selector: { matchLabels: { rack: "c" } } }));
  await eventually(
    async () => findCondition((await claims())[0]?.status?.conditions, "Reconciling")?.message,
  ).toContain("labels do not match the selector");
  expect((await claims())[0]).toMatchObject({ spec: { resourceName: "m3" }, status: { state: "Ready" } });
});

test("B-PLN-8: who may not apply an object may not plan it; a fault of one object is told and leaves the others", async () => {
  await apply(pool("m1"));
  const stranger: Identity = { user: "stranger", groups: ["system:authenticated"] };
  const refused = await plan([app(1)], stranger);
  expect(refused).toMatchObject({ changes: false, machines: [], restarts: [], notes: [] });
  expect(refused.diff).toMatchObject([{ name: "app", action: "Refused", faults: [{ reason: "Forbidden" }] }]);
  const faulty = object("Application", "faulty", { components: [], phases: [], nothing: 1 });
  const planned = await plan([faulty, { kind: "What" }, 7, app(1)]);
  expect(planned.diff.map(({ action }) => action)).toEqual(["Refused", "Refused", "Refused", "Create"]);
  expect(planned.diff[0]?.faults?.[0]?.message).toContain('unknown field "spec.nothing"');
});

test("B-PRI-3: a plan tells whose machines more important work would take, and it comes so", async () => {
  const named = (name: string, replicas: number, priority: number): KubeObject =>
    object("Application", name, {
      priority,
      components: [{ name: "servers", replicas, resources: { pool: "lab" } }],
      phases: [{ name: "serve", processes: [service("server", { ports: [{ name: "main", port: 5000 }] })] }],
    });
  await apply(pool("m1", "m2"), named("app", 2, 0));
  await eventually(readyMembers).toBe("2/2");
  expect(places(await plan([named("same", 1, 0)]))).toEqual(["servers-0 Unplaced"]);
  const planned = await plan([named("urgent", 1, 5)]);
  expect(planned.machines.map(({ application, from = "", ...one }) => [application, one.action, from])).toEqual([
    ["app", "Unplaced", "m1"],
    ["app", "Stay", ""],
    ["urgent", "Bind", ""],
  ]);
  expect(planned.machines[0]?.why).toMatch(
    /^m1 was taken for default\/urgent-servers-0, of priority 5; Unschedulable: /,
  );
  expect(runs(planned)).toEqual(["app-serve-server-servers-0 stopped", "urgent-serve-server-servers-0 on m1"]);
  await apply(named("urgent", 1, 5));
  const claim = async (name: string): Promise<Claim> => server.api.get(kinds.Claim, { namespace, name });
  await eventually(async () => (await claim("urgent-servers-0")).status?.state).toBe("Ready");
  expect((await claim("urgent-servers-0")).spec.resourceName).toBe("m1");
  const victim = await claim("app-servers-0");
  expect(victim.spec).toMatchObject({ epoch: 1 });
  expect(victim.spec.resourceName).toBeUndefined();
  await eventually(async () => findCondition((await claim("app-servers-0")).status?.conditions, "Ready")).toMatchObject(
    { reason: "Preempted", message: expect.stringMatching(/^m1 was taken for default\/urgent-servers-0/) },
  );
  expect((await claim("app-servers-1")).status?.state).toBe("Ready");
  // When the other one has gone, it goes on, as the next holder of its ordinal.
  await server.api.delete(kinds.Application, { namespace, name: "urgent" });
  await eventually(async () => (await claim("app-servers-0")).status?.state).toBe("Ready");
  expect(await claim("app-servers-0")).toMatchObject({
    spec: { resourceName: "m1", epoch: 2 },
    status: { replacements: [{ from: "m1", to: "m1", epoch: 1, reason: "Preempted" }] },
  });
});

const quota = (hard: object): KubeObject =>
  ({ apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "fair", namespace }, spec: { hard } }) as KubeObject;
const quotaNotes = ({ notes }: PlanStatus): string[] =>
  notes.filter(({ reason }) => reason === "QuotaExceeded").map((note) => `${note.kind} ${note.name}: ${note.message}`);

test("B-PLN-10: what a quota would keep from being made is told with the arithmetic, and it comes so", async () => {
  await apply(pool("m1", "m2", "m3"), quota({ "count/claims.plush.dev": "2" }));
  await eventually(() => machinesReady()).toBe(3);
  const planned = await plan([app(3)]);
  expect(places(planned)).toEqual(["servers-0 Bind m1", "servers-1 Bind m2"]);
  const sum =
    "2 of 3 members have a claim: exceeded quota: fair, requested: count/claims.plush.dev=1, used: count/claims.plush.dev=2, limited: count/claims.plush.dev=2";
  expect(quotaNotes(planned)).toContain(`Component app-servers: ${sum}`);
  expect(quotaNotes(await plan([app(2)]))).toEqual([]);
  // A quota that comes with the plan holds for it, whichever way it is changed.
  expect(quotaNotes(await plan([app(3), quota({ "count/claims.plush.dev": "3" })]))).toEqual([]);
  expect(places(await plan([quota({ "count/claims.plush.dev": "1" }), app(3)]))).toEqual(["servers-0 Bind m1"]);
  await apply(app(3));
  await eventually(async () => {
    const component = await server.api.get(kinds.Component, { namespace, name: "app-servers" });
    return findCondition(component.status?.conditions, "Stalled")?.message;
  }).toBe(sum);
});

test("B-PLN-10: objects of one plan are counted together, and with what is there", async () => {
  await apply(quota({ "count/configmaps": "2" }), config("there"));
  const named = (name: string): KubeObject => ({ ...config("x"), metadata: { name, namespace } });
  const planned = await plan([config("changed"), named("second"), named("third")]);
  expect(planned.diff.map(({ action }) => action)).toEqual(["Update", "Create", "Refused"]);
  expect(planned.diff[2]?.faults).toEqual([
    {
      reason: "Forbidden",
      message:
        "exceeded quota: fair, requested: count/configmaps=1, used: count/configmaps=2, limited: count/configmaps=2",
    },
  ]);
});

test("B-PLN-10: members beyond the machines that a quota allows, or that a pool has borrowed, are told why", async () => {
  await apply(pool("m1", "m2", "m3"), quota({ "plush.dev/machines": "1" }));
  await eventually(() => machinesReady()).toBe(3);
  const limited = await plan([app(2)]);
  expect(places(limited)).toEqual(["servers-0 Bind m1", "servers-1 Unplaced"]);
  expect(limited.machines[1]?.why).toMatch(
    /^QuotaExceeded: .*beyond the 1 machines that quota fair lets namespace default have/,
  );
  await apply(quota({}));
  const { spec } = pool("m1", "m2", "m3") as KubeObject & { readonly spec: object };
  await apply(object("ResourcePool", "lab", { ...spec, lend: { pools: ["night"], max: 1 } }));
  await apply(object("ResourcePool", "night", { provider: { borrow: { pool: "lab", count: 2 } } }));
  await eventually(async () => {
    const { items } = await server.api.list(kinds.Resource);
    return items.filter(({ status }) => status?.loan?.pool === "night").length;
  }).toBe(1);
  const tonight = (replicas: number): KubeObject =>
    object("Application", "tonight", {
      components: [{ name: "servers", replicas, resources: { pool: "night" } }],
      phases: [{ name: "serve", processes: [service("server")] }],
    });
  const loanNotes = ({ notes }: PlanStatus) => notes.filter(({ reason }) => reason === "LoanExceeded");
  expect(loanNotes(await plan([tonight(1)]))).toEqual([]);
  expect(loanNotes(await plan([tonight(3)]))).toEqual([
    {
      kind: "ResourcePool",
      namespace: "",
      name: "night",
      reason: "LoanExceeded",
      message:
        "2 members find no machine there: 1 of the 2 machines that it may borrow are lent by pool lab, which lends 1 at most",
    },
  ]);
});
