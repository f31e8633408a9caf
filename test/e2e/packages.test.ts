import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EmulatedHost } from "../../pkg/emulation/index.ts";
import { eventually } from "../support/eventually.ts";
import type { SeenObject } from "../support/objects.ts";
import { emulationIsPossible } from "../support/programs.ts";
import { startTestbed, type Testbed, treePort } from "../support/testbed.ts";

const hosts = 10;
const packageBytes = 8 << 20;
const generousMs = 60_000;

describe.skipIf(!emulationIsPossible())("packages from machine to machine (emulated hosts)", () => {
  let bed: Testbed;
  beforeAll(async () => {
    bed = await startTestbed({ hosts });
    await bed.makePool();
  });
  afterAll(() => bed?.close());

  /** A package of its own, and an application that needs it, whose members all compare it with its digest. */
  async function install(name: string, replicas: number): Promise<void> {
    const directory = join(bed.home, name);
    mkdirSync(join(directory, "package"), { recursive: true });
    writeFileSync(join(directory, "package", "data"), randomBytes(packageBytes));
    const manifest = `
apiVersion: plush.dev/v1
kind: Software
metadata: {name: ${name}}
spec: {source: {file: package}}
`;
    writeFileSync(join(directory, "software.yaml"), manifest);
    await bed.server.plush("apply", "-f", join(directory, "software.yaml"));
    await use(name, name, replicas);
  }

  async function use(application: string, software: string, replicas: number): Promise<void> {
    await bed.apply(`
apiVersion: plush.dev/v1
kind: Application
metadata: {name: ${application}}
spec:
  components: [{name: members, replicas: ${replicas}, software: [${software}], prefetch: 0}]
  phases:
  - {name: serve, processes: [{name: serve, restartPolicy: Always, command: [sh, -c, "test -s ${software}/data && exec sleep 1000"]}]}
`);
  }

  const ready = (name: string): Promise<string> =>
    bed.server.plush("wait", `application/${name}`, "--for=condition=Ready", "--timeout=90s");
  const remove = (name: string): Promise<string> => bed.server.plush("delete", "application", name, "--timeout=90s");

  /** How many packages of that size the server has sent. */
  async function sent(): Promise<number> {
    const body = await bed.server.plush("get", "--raw", "/metrics");
    return Number(/^plush_package_upload_bytes_total (\S+)$/m.exec(body)?.[1]) / packageBytes;
  }

  /** But for parents of a tree, who listen for as long as they have children. */
  async function listening(host: EmulatedHost): Promise<readonly string[]> {
    const printed = await host.exec(["ss", "-tlnH"]);
    const ports = new Set(printed.split("\n").flatMap((line) => /:(\d+)\s/.exec(line)?.[1] ?? []));
    ports.delete(String(treePort));
    return [...ports];
  }

  it("B-PKG-16: four copies of a package leave the server, and no port is open once all is still", async () => {
    for (const host of bed.hosts) expect(await listening(host)).toEqual(["22"]);
    await install("first", hosts);
    await ready("first");
    expect(Math.round((await sent()) * 10) / 10).toBeCloseTo(4, 0);
    await eventually(async () => {
      for (const host of bed.hosts) expect(await listening(host)).toEqual(["22"]);
    }, generousMs);
    await remove("first");
  });

  it("B-PKG-17: half of those who have a package are gone when the others fetch it, and all have it", async () => {
    await install("half", 5);
    await ready("half");
    const before = await sent();
    const claims = await bed.server.list<SeenObject>("claims");
    const holders = claims.flatMap(({ spec }) => spec.resourceName ?? []);
    // The others find out that they are gone when they ask them.
    await Promise.all(holders.slice(0, 2).map((name) => bed.host(name).powerOff()));
    await use("other", "half", 3);
    await ready("other");
    expect((await sent()) - before).toBeLessThan(4);
    for (const name of holders.slice(0, 2)) await bed.host(name).powerOn();
    await remove("other");
    await remove("half");
    await eventually(async () => {
      for (const { metadata, status } of await bed.server.list<SeenObject>("resources")) {
        if (status?.state === "Quarantined") await bed.server.plush("uncordon", metadata.name);
        expect(status?.state).toBe("Free");
      }
    }, generousMs);
  });

  it("B-PKG-12: of a machine that gives what is not the package an Event tells, and the package arrives", async () => {
    await install("changed", 5);
    await ready("changed");
    const claims = await bed.server.list<SeenObject>("claims");
    const cheats = claims.flatMap(({ spec }) => spec.resourceName ?? []).slice(1);
    const change =
      'for file in $(find /var/lib/plush-agent -path "*/blobs/*" -size +1M); do printf changed | dd of="$file" bs=1 seek=5000000 conv=notrunc; done';
    for (const name of cheats) await bed.host(name).exec(["sh", "-c", change]);
    await use("honest", "changed", 4);
    await ready("honest");
    await eventually(async () => {
      const events = await bed.server.plush("get", "events", "-A");
      expect(events).toMatch(/PackageCorrupt +resource\/\S+/i);
    }, generousMs);
    await remove("honest");
    await remove("changed");
  });

  it("B-PKG-18: on hosts that cannot reach each other, whose packets get lost, the package arrives from the server", async () => {
    const nobody = "02:00:00:00:00:99";
    const others = (host: EmulatedHost): readonly EmulatedHost[] => bed.hosts.filter((other) => other !== host);
    const script = 'for a; do ip neigh replace "$a" lladdr "$0" dev eth0 nud permanent; done';
    for (const host of bed.hosts)
      await host.exec(["sh", "-c", script, nobody, ...others(host).map(({ address }) => address)]);
    const before = await sent();
    await install("apart", hosts);
    await ready("apart");
    expect((await sent()) - before).toBeGreaterThan(hosts - 1);
    await remove("apart");
  });
});
