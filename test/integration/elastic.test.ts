import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { conditionOf, type SeenObject } from "../support/objects.ts";
import { PlushServer } from "../support/plush-server.ts";

/** Pools that grow with what waits, on the server's own computer: real agents and processes, no SSH. */

let root: string;
let server: PlushServer;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "plush-elastic-"));
  server = new PlushServer(join(root, "data"), root);
  await server.start();
  await server.apply(`
apiVersion: plush.dev/v1
kind: ResourcePool
metadata: { name: local }
spec:
  provider: { local: { count: 0 } }
  size: { min: 0, max: 3, idleTimeout: 2s }
  template: { labels: { made: "yes" }, attributes: { cpu.cores: 2 }, capacity: { cpu: 1, memory: 1Gi } }
`);
});

afterAll(async () => {
  await server?.run(["delete", "application", "--all", "--timeout", "30s"]);
  await server?.run(["delete", "pool", "local", "--timeout", "30s"]);
  await server?.stop();
  await rm(root, { recursive: true, force: true });
});

const application = (name: string, replicas: number, more = ""): string => `
apiVersion: plush.dev/v1
kind: Application
metadata: { name: ${name} }
spec:
  components: [{ name: member, replicas: ${replicas}${more} }]
  phases:
    - { name: go, processes: [{ name: sleep, command: [sleep, infinity], restartPolicy: Always }] }
`;

const machines = async (): Promise<readonly SeenObject[]> => server.list<SeenObject>("resources");
const pool = (): Promise<SeenObject> => server.get<SeenObject>("pool", "local");
const within = <T>(check: () => Promise<T>): Promise<T> => eventually(check, 60_000);

test("B-ELASTIC-1: machines are made for claims that wait, and given back when they are idle; none that holds a claim", async () => {
  expect(await machines()).toEqual([]);
  await server.apply(application("two", 2));
  await within(async () =>
    expect((await server.get<SeenObject>("application", "two")).status?.state).toBe("Available"),
  );
  const made = await machines();
  expect(made).toHaveLength(2);
  expect(made.map(({ metadata }) => metadata.name)).toEqual([
    expect.stringMatching(/^local-[0-9a-f]{8}-1$/),
    expect.stringMatching(/^local-[0-9a-f]{8}-2$/),
  ]);

  // Idle for longer than the time-out, were they idle.
  await new Promise((resolve) => setTimeout(resolve, 4000));
  expect(await machines()).toHaveLength(2);

  await server.apply(application("two", 1));
  await within(async () => expect(await machines()).toHaveLength(1));
  await server.plush("delete", "application", "two");
  await within(async () => expect(await machines()).toEqual([]));
  await within(async () => expect(await readdir(join(root, "data", "local", "local")).catch(() => [])).toEqual([]));
  await within(async () => expect(conditionOf(await pool(), "Scaled")).toContain("Settled"));
}, 150_000);

test("B-ELASTIC-2: there are never more machines than the maximum, and who waits in vain is counted", async () => {
  await server.apply(application("five", 5));
  await within(async () => expect(conditionOf(await pool(), "Scaled")).toContain("AtMaximum"));
  await within(async () => {
    const found = await machines();
    expect(found).toHaveLength(3);
    for (const one of found) expect(one.status?.allocations ?? []).toHaveLength(1);
  });
  await within(async () => expect((await pool()).status).toMatchObject({ waiting: 2 }));
  await server.plush("delete", "application", "five");
}, 120_000);

test("B-ELASTIC-3: no machine is made for what no machine of the pool would do", async () => {
  await within(async () => expect(await machines()).toEqual([]));
  await server.apply(application("large", 1, ", resources: { requests: { cpu: 64 } }"));
  await within(async () =>
    expect(conditionOf(await server.get<SeenObject>("claim", "large-member-0"), "Ready")).toContain("Unschedulable"),
  );
  await new Promise((resolve) => setTimeout(resolve, 2000));
  expect(await machines()).toEqual([]);
  await within(async () => expect((await pool()).status).toMatchObject({ waiting: 0 }));
  await server.plush("delete", "application", "large");
}, 60_000);
