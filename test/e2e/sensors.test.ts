import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setPriority } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { Resource, ResourceQuery } from "../../pkg/api/index.ts";
import { estimateMs } from "../../pkg/coordinates/index.ts";
import { examplesOf } from "../support/doc-examples.ts";
import { eventually } from "../support/eventually.ts";
import { PlushServer } from "../support/plush-server.ts";
import { emulationIsPossible } from "../support/programs.ts";

/** Two sides of an ocean with five sites each; machines are dealt out to them in turn, the first one is what others are to be near to. */
const sites = Array.from({ length: 10 }, (_, site) => `${site < 5 ? "east" : "west"}-${site % 5}`);
const machines = Array.from({ length: 21 }, (_, index) => `world-${index + 1}`);
const gate = "world-1";
const siteOf = (machine: string): string => sites[(Number(machine.slice("world-".length)) - 1) % sites.length] ?? "";

/** There and back; some of the machines' own comes on top. */
function roundTripMs(left: string, right: string): number {
  if (left === right) return 1;
  return left.slice(0, 4) === right.slice(0, 4) ? 12 : 60;
}

function poolYaml(): string {
  const links = sites.flatMap((from, at) =>
    sites.slice(at).map((to) => `        - {from: ${from}, to: ${to}, rtt: ${roundTripMs(from, to)}ms}`),
  );
  return `
apiVersion: plush.dev/v1
kind: ResourcePool
metadata: {name: world}
spec:
  provider:
    emulated:
      hosts: ${machines.length}
      topology:
        sites: [${sites.map((name) => `{name: ${name}}`).join(", ")}]
        links:
${links.join("\n")}
`;
}

/** The one of docs/find.md. All hosts of this test share a kernel, and its load with whatever else runs there. */
function swordQuery(): string {
  const page = "docs/find.md";
  const found = examplesOf(page, readFileSync(page, "utf8")).find(({ yaml }) => yaml.includes("kind: ResourceQuery"));
  if (found === undefined) throw new Error(`no query in ${page}`);
  return found.yaml.replaceAll("name: load.1m, max: 2,", "name: load.1m, max: 1000,").replaceAll("gate-1", gate);
}

/** pids of all agents of this computer. */
function agents(): readonly number[] {
  const lines = execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" }).split("\n");
  const found = lines.filter((line) => line.includes("plush-agent") && line.includes(" run "));
  return found.map((line) => Number(line.trim().split(" ")[0]));
}

type Status = NonNullable<ResourceQuery["status"]>;

describe.skipIf(!emulationIsPossible())("sensors (machines of an emulated pool)", () => {
  const home = mkdtempSync("/tmp/plush-sensors-");
  const server = new PlushServer(join(home, "data"), home);
  beforeAll(async () => {
    await server.start();
    await server.apply(poolYaml());
    await eventually(async () => expect(await freeMachines()).toBe(machines.length), 180_000);
    // Each would have a processor of its own: what waits for one here is no network.
    for (const pid of [process.pid, ...agents()]) setPriority(pid, -10);
  });
  afterAll(async () => {
    setPriority(process.pid, 0);
    await server.run(["delete", "pool", "world", "--timeout=120s"]);
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  });

  const freeMachines = async (): Promise<number> => {
    const resources = await server.list<Resource>("resources");
    return resources.filter(({ status }) => status?.state === "Free").length;
  };

  const ask = async (query: string): Promise<Status> => {
    const file = join(home, "query.yaml");
    writeFileSync(file, query);
    // Where nothing is found it says so by how it ends, too.
    const { stdout } = await server.run(["find", "-f", file, "--explain", "-o", "json"]);
    const { status } = JSON.parse(stdout) as ResourceQuery;
    if (status === undefined) throw new Error(stdout);
    return status;
  };

  it("B-SENSE-8: machines get coordinates by what their agents measure, and SWORD's sample query is answered by them", async () => {
    await expect
      .poll(
        async () => {
          const resources = await server.list<Resource>("resources");
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
    const resources = new Map((await server.list<Resource>("resources")).map((one) => [one.metadata.name, one]));
    const errors = machines.flatMap((from, at) =>
      machines.slice(at + 1).map((to) => {
        const [one, other] = [resources.get(from)?.status?.coordinates, resources.get(to)?.status?.coordinates];
        if (one === undefined || other === undefined) throw new Error(`${from} or ${to} has no coordinates`);
        const truth = roundTripMs(siteOf(from), siteOf(to));
        return Math.abs(estimateMs(one, other) - truth) / truth;
      }),
    );
    expect(errors.sort((left, right) => left - right)[errors.length >> 1]).toBeLessThan(0.35);
  }, 400_000);

  it("B-SENSE-9: what is too far is refused with the figure, and what sensors say is shown to people", async () => {
    const far = parse(swordQuery()) as ResourceQuery;
    const near = { resource: gate, max: "30ms" };
    const spec = { explain: true, groups: [{ name: "g", count: 12, resources: { latency: [near] } }] };
    const status = await ask(JSON.stringify({ ...far, spec }));
    expect(status.found).toBe(false);
    expect(status.message).toMatch(/latency to machine world-1 above max 30ms/);
    const refused = status.refused?.find(({ resource }) => siteOf(resource).startsWith("west"));
    expect(refused).toMatchObject({ reason: "LatencyOutOfBounds" });
    expect(refused?.message).toMatch(/above max 30ms: world-1 is [3-9]\d\.\dms away/);
    const wide = await server.plush("get", "resource", gate, "-o", "wide");
    expect(wide).toMatch(/LOAD.*MEASURED.*NETWORK/);
    expect(wide).toMatch(/\(-?\d+, -?\d+, -?\d+\) \+ [\d.]+ ms, ±\d+%, \d+ peers/);
    const described = await server.plush("describe", "resource", gate);
    expect(described).toMatch(/Load:\s+[\d.]+, [\d.]+, [\d.]+ on \d+ cores, as for/);
    expect(described).toMatch(/Round trips:\s+\S+ [\d.]+ ms, /);
    for (const name of ["server.roundTrip", "clock.offset", "virtualization", "uptime", "load.15m"])
      expect(described).toContain(`${name}: `);
  });
});
