import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EmulatedHost } from "../../pkg/emulation/index.ts";
import { eventually } from "../support/eventually.ts";
import { answersSsh, putBehindNat, serverAddress } from "../support/nat.ts";
import { conditionOf, type SeenObject } from "../support/objects.ts";
import { PlushServer } from "../support/plush-server.ts";
import { emulationIsPossible, isInstalled } from "../support/programs.ts";
import { startTestbed, type Testbed } from "../support/testbed.ts";

const bundle = resolve(import.meta.dirname, "../../dist/plush-agent.mjs");
const directory = "/var/lib/plush-agent/gate";

/** Writes down what it is told, and does nothing: the emulated host's first program is its SSH server. */
const systemctl = '#!/bin/sh\necho "$*" >>/run/systemctl.calls\n';

describe.skipIf(!emulationIsPossible() || !isInstalled("nft"))("a host behind NAT joins (emulated hosts)", () => {
  let bed: Testbed;
  let server: PlushServer;
  let inner: EmulatedHost;
  let innerAddress: string;
  // Hosts see it as it was when they were made.
  const programs = mkdtempSync("/opt/plush-nat-");

  beforeAll(async () => {
    copyFileSync(bundle, join(programs, "plush-agent.mjs"));
    bed = await startTestbed({ hosts: 2, withoutServer: true });
    server = new PlushServer(bed.server.dataDirectory, bed.home, ["--listen", "0.0.0.0:0"]);
    await server.start();
    inner = bed.host("n2");
    innerAddress = await putBehindNat(inner, bed.host("n1"));
    await server.apply(
      "{apiVersion: plush.dev/v1, kind: ResourcePool, metadata: {name: edge}, spec: {provider: {join: {}}}}",
    );
  });
  afterAll(async () => {
    await server?.stop();
    await bed?.close();
    rmSync(programs, { recursive: true, force: true });
  });

  const isReady = (): Promise<void> =>
    eventually(async () => {
      expect(conditionOf(await server.get<SeenObject>("resource", "gate"), "Ready")).toContain("True");
    }, 60_000);
  const inside = (script: string): Promise<string> => inner.exec(["sh", "-ec", script]);
  const unit = async (): Promise<string> => (await inside("ls /etc/systemd/system/plush-link-*.service")).trim();

  /** What systemd does with a unit that is enabled. */
  async function startUnit(): Promise<void> {
    const [, command = ""] = /^ExecStart=(.*)$/m.exec(await inside(`cat ${await unit()}`)) ?? [];
    await inside(`setsid ${command} >/dev/null 2>&1 </dev/null &`);
  }

  it("B-JOIN-6: it is a machine that works, although nobody reaches it", async () => {
    expect(await Promise.all([bed.host("n1").address, innerAddress, inner.address].map(answersSsh))).toEqual([
      true,
      false,
      false,
    ]);
    // Its SSH server listens: whoever could reach it would be answered.
    expect(
      await inside(`python3 -c 'import socket; print(socket.create_connection(("127.0.0.1", 22)).recv(7))'`),
    ).toContain("SSH-2.0");
    await inside(
      `mkdir -p /run/systemd/system; cat >/usr/local/bin/systemctl <<'END'\n${systemctl}END\nchmod 755 /usr/local/bin/systemctl`,
    );
    const printed = (await server.plush("create", "join-token", "edge")).trim().split(" ").slice(1);
    const args = printed.join(" ").replace(/https:\/\/[^:]+:/, `https://${serverAddress}:`);
    const said = await inside(`node ${programs}/plush-agent.mjs ${args} --name gate --dir ${directory}`);
    expect(said).toMatch(
      /joined as gate;.*\nsystemd starts its link when this host boots: plush-link-[0-9a-f]{8}\.service\n/,
    );
    const name = (await unit()).split("/").at(-1);
    expect(await inside("cat /run/systemctl.calls")).toBe(`daemon-reload\nenable --now ${name}\n`);
    await startUnit();
    await isReady();
    await server.apply(`
apiVersion: plush.dev/v1
kind: Application
metadata: { name: there }
spec:
  components: [{ name: member, resources: { pool: edge } }]
  phases: [{ name: go, processes: [{ name: sleep, command: [sleep, infinity], restartPolicy: Always }] }]
`);
    await server.plush("wait", "application/there", "--for=condition=Available", "--timeout=60s");
    expect(await server.plush("run", "--pool", "edge", "--", "hostname")).toContain("n2");
    expect(await answersSsh(innerAddress)).toBe(false);
  }, 150_000);

  it("B-JOIN-5: when it boots, its unit makes it a machine again, and its process is started again", async () => {
    const before = await server.list<SeenObject>("processes");
    await inner.crash();
    await inner.powerOn();
    await inner.cut();
    await startUnit();
    await eventually(async () => {
      const [process] = await server.list<SeenObject>("processes");
      expect(process?.status?.state).toBe("Ready");
      expect(process?.status?.pid).toBeGreaterThan(0);
      expect(await inside("ps -eo args=")).toContain("sleep infinity");
    }, 60_000);
    expect((await server.get<SeenObject>("claim", "there-member-0")).spec.resourceName).toBe("gate");
    expect(before).toHaveLength(1);
    await isReady();
  }, 150_000);

  it("B-JOIN-5: what is removed is started at boot no more", async () => {
    await server.plush("delete", "application", "there", "--timeout=60s");
    await server.plush("delete", "resource", "gate", "--timeout=60s");
    await eventually(async () => {
      const left = await inside(`ls -d ${directory} /etc/systemd/system/plush-link-*.service 2>/dev/null || true`);
      expect(left).toBe("");
    }, 30_000);
    expect(await inside("cat /run/systemctl.calls")).toMatch(
      /^disable plush-link-[0-9a-f]{8}\.service\ndaemon-reload\n$/,
    );
  }, 90_000);
});
