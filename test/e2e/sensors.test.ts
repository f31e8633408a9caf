import { readFileSync, writeFileSync } from "node:fs";
import { setPriority } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { Resource, ResourceQuery } from "../../pkg/api/index.ts";
import { estimateMs } from "../../pkg/coordinates/index.ts";
import { agentPids } from "../support/agents.ts";
import { DelayedNetwork } from "../support/delayed-network.ts";
import { examplesOf } from "../support/doc-examples.ts";
import { eventually } from "../support/eventually.ts";
import { emulationIsPossible } from "../support/programs.ts";
import { startTestbed, type Testbed } from "../support/testbed.ts";

/** Two sides of an ocean with five sites each; two machines in each site, and one that others are to be near to. */
const sites = Array.from({ length: 10 }, (_, site) => `${site < 5 ? "east" : "west"}-${site % 5}`);
const machines = ["gate-1", ...sites.flatMap((site) => [`${site}-a`, `${site}-b`])];
const siteOf = (machine: string): string => (machine === "gate-1" ? "east-0" : machine.slice(0, -2));

/** There and back; a quarter of a millisecond of the machines' own comes on top. */
function roundTripMs(from: number, to: number): number {
  const [left = "", right = ""] = [machines[from], machines[to]].map((machine) => siteOf(machine ?? ""));
  if (left === right) return 1;
  return left.slice(0, 4) === right.slice(0, 4) ? 12 : 60;
}

const port = 7777;

function poolYaml(bed: Testbed, network: DelayedNetwork): string {
  const key = readFileSync(bed.identity, "utf8").trimEnd().replaceAll("\n", "\n    ");
  const hosts = machines.map((name, at) => {
    const { address } = bed.hosts[at] ?? { address: "" };
    const where = `address: ${address}, dataAddress: ${network.addressOf(at)}`;
    return `    - {${where}, name: ${name}, labels: {site: ${siteOf(name)}}}`;
  });
  return `
apiVersion: v1
kind: Secret
metadata: {name: lab-key, namespace: default}
type: kubernetes.io/ssh-auth
stringData:
  ssh-privatekey: |
    ${key}
---
apiVersion: plush.dev/v1
kind: ResourcePool
metadata: {name: lab}
spec:
  provider:
    static:
      hosts:
  ${hosts.join("\n  ")}
  ssh: {user: root, identity: {secretRef: {namespace: default, name: lab-key}}}
  packages: {exchange: false}
  network: {port: ${port}}
`;
}

/** The one of docs/find.md. All hosts of this test share a kernel, and its load with whatever else runs there. */
function swordQuery(): string {
  const page = "docs/find.md";
  const found = examplesOf(page, readFileSync(page, "utf8")).find(({ yaml }) => yaml.includes("kind: ResourceQuery"));
  if (found === undefined) throw new Error(`no query in ${page}`);
  return found.yaml.replaceAll("name: load.1m, max: 2,", "name: load.1m, max: 1000,");
}

type Status = NonNullable<ResourceQuery["status"]>;

describe.skipIf(!emulationIsPossible())("sensors (emulated hosts)", () => {
  let bed: Testbed;
  let network: DelayedNetwork;
  beforeAll(async () => {
    bed = await startTestbed({ hosts: machines.length });
    network = new DelayedNetwork({ bridge: bed.emulation.bridge, hosts: bed.hosts, port, roundTripMs });
    await network.start();
    await bed.apply(poolYaml(bed, network));
    await eventually(async () => expect(await freeMachines()).toBe(machines.length), 120_000);
    // Each would have a processor of its own: what waits for one here is no network.
    setPriority(process.pid, -15);
    for (const host of bed.hosts)
      for (const pid of await agentPids(host)) await host.exec(["renice", "-n", "-10", String(pid)]);
  });
  afterAll(async () => {
    setPriority(process.pid, 0);
    network?.stop();
    await bed?.close();
  });

  const freeMachines = async (): Promise<number> => {
    const resources = await bed.server.list<Resource>("resources");
    return resources.filter(({ status }) => status?.state === "Free").length;
  };

  const ask = async (query: string): Promise<Status> => {
    const file = join(bed.home, "query.yaml");
    writeFileSync(file, query);
    // Where nothing is found it says so by how it ends, too.
    const { stdout } = await bed.server.run(["find", "-f", file, "--explain", "-o", "json"]);
    const { status } = JSON.parse(stdout) as ResourceQuery;
    if (status === undefined) throw new Error(stdout);
    return status;
  };

  it("B-SENSE-8: machines get coordinates by what their agents measure, and SWORD's sample query is answered by them", async () => {
    await expect
      .poll(
        async () => {
          const resources = await bed.server.list<Resource>("resources");
          return resources.filter(({ status }) => status?.coordinates?.by === "Peers").length;
        },
        { timeout: 120_000, interval: 1000 },
      )
      .toBe(machines.length);
    const query = swordQuery();
    await expect
      .poll(async () => (await ask(query)).message, { timeout: 240_000, interval: 3000 })
      .toMatch(/^20 machines, penalty/);
    const status = await ask(query);
    const [g1 = [], g2 = []] = status.sets.map(({ resources }) => resources.map(({ resource }) => resource));
    expect([g1.length, g2.length, new Set([...g1, ...g2]).size]).toEqual([10, 10, 20]);
    for (const group of [g1, g2]) {
      const held = sites.map((site) => group.filter((machine) => siteOf(machine) === site).length);
      expect(Math.max(...held)).toBeLessThanOrEqual(2);
      // Machines within 30 ms of each other are all on one side.
      expect(new Set(group.map((machine) => siteOf(machine).slice(0, 4))).size).toBe(1);
    }
    // One is found to be near to the gate, and the estimate is about what it is.
    const resources = new Map((await bed.server.list<Resource>("resources")).map((one) => [one.metadata.name, one]));
    const errors = machines.flatMap((from, left) =>
      machines.slice(left + 1).map((to, right) => {
        const [one, other] = [resources.get(from)?.status?.coordinates, resources.get(to)?.status?.coordinates];
        if (one === undefined || other === undefined) throw new Error(`${from} or ${to} has no coordinates`);
        const truth = roundTripMs(left, left + 1 + right);
        return Math.abs(estimateMs(one, other) - truth) / truth;
      }),
    );
    expect(errors.sort((left, right) => left - right)[errors.length >> 1]).toBeLessThan(0.35);
  }, 400_000);

  it("B-SENSE-9: what is too far is refused with the figure, and what sensors say is shown to people", async () => {
    const far = parse(swordQuery()) as ResourceQuery;
    const near = { resource: "gate-1", max: "30ms" };
    const spec = { explain: true, groups: [{ name: "g", count: 12, resources: { latency: [near] } }] };
    const status = await ask(JSON.stringify({ ...far, spec }));
    expect(status.found).toBe(false);
    expect(status.message).toMatch(/latency to machine gate-1 above max 30ms/);
    const refused = status.refused?.find(({ resource }) => resource.startsWith("west"));
    expect(refused).toMatchObject({ reason: "LatencyOutOfBounds" });
    expect(refused?.message).toMatch(/above max 30ms: gate-1 is [3-9]\d\.\dms away/);
    const wide = await bed.server.plush("get", "resource", "gate-1", "-o", "wide");
    expect(wide).toMatch(/LOAD.*MEASURED.*NETWORK/);
    expect(wide).toMatch(/\(-?\d+, -?\d+, -?\d+\) \+ [\d.]+ ms, ±\d+%, \d+ peers/);
    const described = await bed.server.plush("describe", "resource", "gate-1");
    expect(described).toMatch(/Load:\s+[\d.]+, [\d.]+, [\d.]+ on \d+ cores, as for/);
    expect(described).toMatch(/Round trips:\s+\S+ [\d.]+ ms, /);
    for (const name of ["server.roundTrip", "clock.offset", "virtualization", "uptime", "load.15m"])
      expect(described).toContain(`${name}: `);
  });
});
