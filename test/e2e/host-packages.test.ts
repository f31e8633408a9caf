import { mkdtempSync, rmSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { EmulatedHost } from "../../pkg/emulation/index.ts";
import { killAgents } from "../support/agents.ts";
import { buildDeb, buildRpm } from "../support/host-packages.ts";
import { emulationIsPossible, isInstalled } from "../support/programs.ts";
import { startTestbed, type Testbed } from "../support/testbed.ts";

const eventually = { timeout: 60_000, interval: 200 };

/** Says what it was told when it asked whether its service may start, as invoke-rc.d asks. */
const asksForService =
  '/usr/sbin/policy-rc.d tiny start >/dev/null && code=0 || code=$?; echo "$code" >/var/lib/tiny-service';

/** Two components share each machine; both need what is named. */
function application(name: string, software: readonly string[]): string {
  return `
apiVersion: plush.dev/v1
kind: Application
metadata: {name: ${name}}
spec:
  components:
  - {name: one, replicas: 2, software: [${software}]}
  - {name: two, replicas: 2, software: [${software}]}
  phases:
  - name: run
    processes:
    - {name: run-one, component: one, restartPolicy: Always, command: [sleep, "50000"]}
    - {name: run-two, component: two, restartPolicy: Always, command: [sleep, "50000"]}
`;
}

function hostSoftware(name: string, file: string): string {
  return `
---
apiVersion: plush.dev/v1
kind: Software
metadata: {name: ${name}}
spec: {scope: Host, source: {file: ${file}}}
`;
}

describe.skipIf(!emulationIsPossible() || !isInstalled("dpkg-deb"))("packages of hosts (emulated hosts)", () => {
  let bed: Testbed;
  let scratch: string;
  beforeAll(async () => {
    scratch = mkdtempSync("/tmp/plush-host-packages-");
    bed = await startTestbed({ hosts: 2 });
    // Images of containers often have one, which would hide that of the agent.
    for (const host of bed.hosts) await host.exec(["rm", "-f", "/usr/sbin/policy-rc.d"]);
  });
  afterEach(async () => {
    await bed.server.plush("delete", "application,software", "--all", "--timeout=60s");
    await bed.server.plush("delete", "pool", "lab", "--timeout=60s");
    await bed.server.plush("delete", "secret", "lab-ssh", "--ignore-not-found");
  });
  afterAll(async () => {
    await bed?.close();
    rmSync(scratch, { recursive: true, force: true });
  });

  const onEach = (...argv: readonly string[]) =>
    Promise.all(bed.hosts.map(async (host) => (await host.exec(argv)).trim()));
  const ready = (name: string) =>
    bed.server.plush("wait", `application/${name}`, "--for=condition=Ready", "--timeout=120s");

  it.each(["root", "ubuntu"])(
    "B-SOF-23: a deb is there once for all that need it, and then the host is as before, logged in as %s",
    async (user) => {
      const tiny = buildDeb(scratch, {
        name: "plush-tiny",
        version: "1.0",
        onInstall: `${asksForService}; echo run >>/var/lib/tiny-installed`,
        onRemove: "rm -f /var/lib/tiny-service /var/lib/tiny-installed",
      });
      const own = buildDeb(scratch, { name: "plush-own", version: "2.0" });
      // One that is the machine's own before Plush comes.
      for (const host of bed.hosts) await putInto(host, own, "/root/own.deb");
      await onEach("dpkg", "-i", "/root/own.deb");
      const before = await onEach("dpkg", "-l");
      await bed.makePool(user);
      await bed.apply(application("shared", ["tiny", "own"]) + hostSoftware("tiny", tiny) + hostSoftware("own", own));
      await ready("shared");
      expect(await onEach("plush-tiny")).toEqual(["1.0", "1.0"]);
      // Two claims on each; its script ran once, and started no service.
      expect(await onEach("cat", "/var/lib/tiny-installed", "/var/lib/tiny-service")).toEqual(["run\n101", "run\n101"]);
      expect(await onEach("sh", "-c", "ls /usr/sbin/policy-rc.d 2>/dev/null || echo none")).toEqual(["none", "none"]);

      const next = buildDeb(scratch, { name: "plush-tiny", version: "1.1", onRemove: "rm -f /var/lib/tiny-*" });
      await bed.apply(hostSoftware("tiny", next));
      await expect.poll(() => onEach("plush-tiny"), eventually).toEqual(["1.1", "1.1"]);
      await ready("shared");

      await bed.server.plush("delete", "application", "shared", "--timeout=60s");
      expect(await onEach("dpkg", "-l")).toEqual(before);
      expect(await onEach("sh", "-c", "ls /var/lib/tiny-* 2>/dev/null || echo none")).toEqual(["none", "none"]);
      expect(await onEach("plush-own")).toEqual(["2.0", "2.0"]);
      await onEach("dpkg", "--purge", "plush-own");
    },
  );

  it("B-SOF-23: an agent killed while a package is being installed finds it, and counts it", async () => {
    const slow = buildDeb(scratch, { name: "plush-slow", version: "1.0", onInstall: `${asksForService}; sleep 4` });
    const before = await onEach("dpkg", "-l");
    await bed.makePool();
    await bed.apply(application("killed", ["slow"]) + hostSoftware("slow", slow));
    const [host] = bed.hosts;
    if (host === undefined) throw new Error("a host");
    const installing = () =>
      host.exec(["sh", "-c", "test -e /var/lib/tiny-service && echo yes || echo no"]).then((text) => text.trim());
    await expect.poll(installing, eventually).toBe("yes");
    await killAgents(host);
    await ready("killed");
    expect(await onEach("dpkg-query", "-W", "plush-slow")).toEqual(["plush-slow\t1.0", "plush-slow\t1.0"]);
    await expect
      .poll(() => onEach("sh", "-c", "ls /usr/sbin/policy-rc.d 2>/dev/null || echo none"), eventually)
      .toEqual(["none", "none"]);
    await bed.server.plush("delete", "application", "killed", "--timeout=60s");
    // Each host's last claim names it in its receipt.
    const told = await bed.server.plush("get", "events", "-o", "jsonpath={.items[*].message}");
    expect(told.split("with dpkg package plush-slow 1.0").length - 1).toBe(bed.hosts.length);
    expect(await onEach("dpkg", "-l")).toEqual(before);
    await onEach("rm", "-f", "/var/lib/tiny-service");
  });

  it("B-SOF-24: what cannot be installed says why, and leaves nothing half installed", async () => {
    const broken = buildDeb(scratch, { name: "plush-broken", version: "1.0", onInstall: "echo because >&2; exit 3" });
    const theirs = buildDeb(scratch, { name: "plush-theirs", version: "2.0" });
    const older = buildDeb(scratch, { name: "plush-theirs", version: "1.0" });
    for (const host of bed.hosts) await putInto(host, older, "/root/older.deb");
    await onEach("dpkg", "-i", "/root/older.deb");
    await bed.makePool("ubuntu");
    const said = (): Promise<string> =>
      bed.server.plush("get", "claims", "-o", 'jsonpath={.items[*].status.conditions[?(@.type=="SoftwareInstalled")]}');
    await bed.apply(application("broken", ["broken"]) + hostSoftware("broken", broken));
    await expect.poll(said, eventually).toMatch(/InstallFailed.*because/s);
    await bed.server.plush("delete", "application", "broken", "--timeout=60s");
    expect(await onEach("sh", "-c", "dpkg-query -W plush-broken 2>&1 || true")).toEqual(
      bed.hosts.map(() => expect.stringContaining("no packages found")),
    );
    await bed.apply(application("theirs", ["theirs"]) + hostSoftware("theirs", theirs));
    await expect.poll(said, eventually).toMatch(/PackageConflict.*plush-theirs 1.0 is on the machine already/s);
    expect(await onEach("plush-theirs")).toEqual(["1.0", "1.0"]);
    await onEach("dpkg", "--purge", "plush-theirs");
    await expect.poll(() => onEach("sh", "-c", "plush-theirs 2>&1 || true"), eventually).toEqual(["2.0", "2.0"]);
  });

  it("B-SOF-24: without root and sudo it says what is missing, with sudo it works", async () => {
    const tiny = buildDeb(scratch, { name: "plush-tiny", version: "1.2" });
    const before = await onEach("dpkg", "-l");
    await onEach("mv", "/etc/sudoers.d/ubuntu", "/root/ubuntu");
    await bed.server.plush(
      ...["create", "pool", "lab", "--hosts", bed.hosts.map(({ address }) => address).join(",")],
      ...["--user", "ubuntu", "--identity", bed.identity],
    );
    await bed.makeTree();
    await bed.apply(application("modest", ["tiny"]) + hostSoftware("tiny", tiny));
    const said = (): Promise<string> =>
      bed.server.plush("get", "claims", "-o", 'jsonpath={.items[*].status.conditions[?(@.type=="SoftwareInstalled")]}');
    await expect.poll(said, eventually).toMatch(/NeedsRoot.*set ssh.sudo: true/s);
    await onEach("mv", "/root/ubuntu", "/etc/sudoers.d/ubuntu");
    await ready("modest");
    expect(await onEach("plush-tiny")).toEqual(["1.2", "1.2"]);
    await bed.server.plush("delete", "application", "modest", "--timeout=60s");
    expect(await onEach("dpkg", "-l")).toEqual(before);
  });

  it.skipIf(!isInstalled("rpm", "rpmbuild"))("B-SOF-23: an rpm as well", async () => {
    const one = buildRpm(scratch, { name: "plush-red", version: "1.0" });
    const before = await onEach("rpm", "-qa");
    await bed.makePool();
    await bed.apply(application("red", ["red"]) + hostSoftware("red", one));
    await ready("red");
    expect(await onEach("plush-red")).toEqual(["1.0", "1.0"]);
    await bed.apply(hostSoftware("red", buildRpm(scratch, { name: "plush-red", version: "1.1" })));
    await expect.poll(() => onEach("plush-red"), eventually).toEqual(["1.1", "1.1"]);
    await ready("red");
    await bed.server.plush("delete", "application", "red", "--timeout=60s");
    expect(await onEach("rpm", "-qa")).toEqual(before);
  });
});

async function putInto(host: EmulatedHost, from: string, to: string): Promise<void> {
  await copyFile(from, `${host.upper}${to}`);
}
