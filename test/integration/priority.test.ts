import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { type Claim, findCondition, type KindInfo, type KubeObject, kinds } from "../../pkg/api/index.ts";
import { useLocalPool } from "../support/local-pool.ts";
import { type SimulatedServer, startSimulatedServer } from "../support/simulated-server.ts";

const namespace = "default";
/** Two cores may be busy with other tests. */
const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 20_000 });

describe("members of different priority", () => {
  let server: SimulatedServer;

  beforeEach(async () => {
    server = await startSimulatedServer();
  });

  async function create(kind: keyof typeof kinds, name: string, spec: object): Promise<void> {
    const scope = kind === "ResourcePool" ? {} : { namespace };
    const object = { apiVersion: "plush.dev/v1", kind, metadata: { name, ...scope }, spec } as KubeObject;
    await server.api.create(kinds[kind] as KindInfo, object);
  }

  async function machines(count: number): Promise<void> {
    const hosts = Array.from({ length: count }, (_, index) => ({ name: `m${index + 1}`, address: `m${index + 1}` }));
    await create("ResourcePool", "lab", { provider: { static: { hosts } }, brake: { minFailed: 3 } });
    await eventually(async () => (await server.api.list(kinds.Resource)).items.filter(isFree).length).toBe(count);
  }

  const isFree = ({ status }: { readonly status?: { readonly state?: string } }): boolean => status?.state === "Free";

  /** Each member needs a machine of which nobody else has this port. */
  function application(name: string, priority: number, replicas = 1, more: object = {}): Promise<void> {
    const process = {
      name: "server",
      command: ["server"],
      restartPolicy: "Always",
      ports: [{ name: "main", port: 5000 }],
    };
    return create("Application", name, {
      priority,
      components: [{ name: "web", replicas, resources: { pool: "lab" } }],
      phases: [{ name: "serve", processes: [process] }],
      ...more,
    });
  }

  const claim = (name: string): Promise<Claim> => server.api.get(kinds.Claim, { namespace, name });

  async function placeOf(name: string): Promise<string> {
    const { spec, status } = await claim(name);
    return `${status?.state} ${spec.resourceName ?? "nowhere"}@${spec.epoch}`;
  }

  async function conditionOf(name: string, type: string): Promise<string> {
    const found = findCondition((await claim(name)).status?.conditions, type);
    return `${found?.status} ${found?.reason}: ${found?.message}`;
  }

  async function eventsOf(name: string): Promise<readonly string[]> {
    const { items } = await server.api.list(kinds.Event, { namespace });
    return items.flatMap((one) =>
      one.involvedObject.name === name ? [`${one.type} ${one.reason} ${one.message}`] : [],
    );
  }

  test("B-PRI-2: whose machine is taken waits, knows for whom, and is the next holder of its ordinal when there is one again", async () => {
    await machines(2);
    await application("low", 0, 2);
    await eventually(() => placeOf("low-web-1")).toBe("Ready m2@1");
    await eventually(() => placeOf("low-web-0")).toBe("Ready m1@1");
    await application("high", 7);
    await eventually(() => placeOf("high-web-0")).toBe("Ready m1@1");
    expect(await placeOf("low-web-0")).toBe("Pending nowhere@1");
    expect(await placeOf("low-web-1")).toBe("Ready m2@1");
    const why = "m1 was taken for default/high-web-0, of priority 7";
    await eventually(() => conditionOf("low-web-0", "Ready")).toMatch(`False Preempted: ${why}; `);
    await eventually(() => eventsOf("low-web-0")).toContainEqual(`Warning Preempted ${why}`);
    await eventually(() => eventsOf("high-web-0")).toContainEqual(
      "Normal Preempting takes m1 from default/low-web-0, less important",
    );
    // It has ended before the other one began.
    const { runs } = server.fabric;
    const [ended, begun] = [/^low-serve-server-web-0 (stopped|removed)/, /^high-serve-server-web-0 on m1/].map((text) =>
      runs.findIndex((run) => text.test(run)),
    );
    expect(ended).toBeGreaterThanOrEqual(0);
    expect(begun).toBeGreaterThan(ended ?? 0);
    await server.api.delete(kinds.Application, { namespace, name: "high" });
    await eventually(() => placeOf("low-web-0")).toBe("Ready m1@2");
    await eventually(() => eventsOf("low-web-0")).toContainEqual(`Normal Moved moved from m1 to m1: ${why}`);
  });

  test("B-PRI-4: a machine that gets free is for the most important that waits, whoever came first", async () => {
    await machines(1);
    await application("top", 9);
    await eventually(() => placeOf("top-web-0")).toBe("Ready m1@1");
    for (const [name, priority] of [
      ["least", -1],
      ["plain", 0],
      ["more", 3],
    ] as const)
      await application(name, priority);
    for (const name of ["least", "plain", "more"])
      await eventually(() => conditionOf(`${name}-web-0`, "Ready")).toMatch("False Unschedulable");
    await server.api.delete(kinds.Application, { namespace, name: "top" });
    await eventually(() => placeOf("more-web-0")).toBe("Ready m1@1");
    expect([await placeOf("plain-web-0"), await placeOf("least-web-0")]).toEqual([
      "Pending nowhere@0",
      "Pending nowhere@0",
    ]);
    await server.api.delete(kinds.Application, { namespace, name: "more" });
    await eventually(() => placeOf("plain-web-0")).toBe("Ready m1@1");
    expect(await placeOf("least-web-0")).toBe("Pending nowhere@0");
  });

  test("B-PRI-2: many take many machines at once, and none more than it needs; whoever can goes on elsewhere", async () => {
    await machines(6);
    await application("low", 0, 4);
    await eventually(() => placeOf("low-web-3")).toBe("Ready m4@1");
    await application("high", 1, 5);
    const states = async (name: string): Promise<string[]> => {
      const { items } = await server.api.list(kinds.Claim, { namespace });
      const own = items.filter(({ metadata }) => metadata.name?.startsWith(`${name}-`));
      return own.map(({ status }) => status?.state ?? "").sort();
    };
    await eventually(() => states("high")).toEqual(Array.from({ length: 5 }, () => "Ready"));
    await eventually(() => states("low")).toEqual(["Pending", "Pending", "Pending", "Ready"]);
    const { items } = await server.api.list(kinds.Event, { namespace });
    const taken = items.filter(({ reason }) => reason === "Preempted").map(({ involvedObject }) => involvedObject.name);
    expect(new Set(taken).size).toBe(3);
    expect(taken).toHaveLength(3);
  });

  test("B-PRI-5: nothing is taken while so much of a pool is lost that the brake is on", async () => {
    await machines(6);
    await application("low", 0, 3);
    await eventually(() => placeOf("low-web-2")).toBe("Ready m3@1");
    server.fabric.powerOff("m4", "m5", "m6");
    await application("high", 1);
    await eventually(() => conditionOf("high-web-0", "Ready")).toMatch("False Unschedulable");
    await eventually(
      async () => (await server.api.get(kinds.ResourcePool, { namespace: "", name: "lab" })).status?.state,
    ).toBe("Braked");
    expect(await placeOf("high-web-0")).toBe("Pending nowhere@0");
    server.fabric.powerOn("m4");
    await eventually(() => placeOf("high-web-0")).toMatch(/^Ready m\d@1$/);
  });
});

describe("processes of different priority", () => {
  const { home, server } = useLocalPool("priority", 1);

  test("B-PRI-2: what runs is stopped in good order before the more important one begins on its machine", async () => {
    const notes = join(home, "notes");
    mkdirSync(notes);
    const note = (name: string): string => `touch ${notes}/$(date +%s.%N).${name}`;
    const manifest = (name: string, priority: number, before: string): string =>
      `{apiVersion: plush.dev/v1, kind: Application, metadata: {name: ${name}}, spec: {priority: ${priority},
        components: [{name: all, resources: {dedicated: true}}], phases: [{name: run, processes: [{name: work, restartPolicy: Always,
        command: [sh, -c, "trap '${note(`${name}-term`)}; exit 0' TERM; ${note(`${name}-start`)}; while :; do sleep 0.05; done"],
        stop: {before: {exec: {command: [sh, -c, "${before}"]}}}}]}]}}`;
    await server.apply(manifest("low", 0, note("low-before")));
    await server.plush("wait", "application/low", "--for=condition=Available", "--timeout=30s");
    await server.apply(manifest("high", 100, "true"));
    await server.plush("wait", "application/high", "--for=condition=Available", "--timeout=30s");
    const told = readdirSync(notes).sort();
    expect(told.map((file) => file.replace(/^[\d.]+\./, ""))).toEqual([
      "low-start",
      "low-before",
      "low-term",
      "high-start",
    ]);
    expect(await server.plush("get", "claim", "low-all-0", "-o", "wide")).toMatch(/Pending +1 +Preempted/);
    expect((await server.run(["why", "application/low"])).stdout).toMatch(
      /taken for default\/high-all-0, of priority 100/,
    );
    await server.plush("delete", "application", "high", "--timeout=30s");
    await server.plush("wait", "application/low", "--for=condition=Available", "--timeout=30s");
    expect(await server.plush("get", "claim", "low-all-0", "-o", "jsonpath={.spec.epoch}")).toBe("2");
    await server.plush("delete", "application", "low", "--timeout=30s");
  });
});
