import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../support/eventually.ts";
import { conditionOf, type SeenObject } from "../support/objects.ts";
import { emulationIsPossible } from "../support/programs.ts";
import { startTestbed, type Testbed } from "../support/testbed.ts";

describe.skipIf(!emulationIsPossible())(
  "machines that cannot be used say why, and the others go on (emulated hosts)",
  () => {
    let bed: Testbed;
    beforeAll(async () => {
      bed = await startTestbed({
        hosts: 7,
        withoutNode: [6],
        sshdOptions: (index) => (index === 7 ? ["AllowStreamLocalForwarding=no"] : []),
      });
      const [good, off, strict, full, noSudo] = bed.hosts;
      if (!good || !off || !strict || !full || !noSudo) throw new Error("seven hosts were asked for");
      await off.powerOff();
      await strict.exec(["sh", "-c", "echo >/home/ubuntu/.ssh/authorized_keys"]);
      await full.limitDisk("/var/lib/plush-agent", 65_536);
      await noSudo.exec(["rm", "/etc/sudoers.d/ubuntu"]);
      const list = bed.hosts.map((host) => host.address).join(",");
      await bed.server.run([
        "create",
        "pool",
        "lab",
        "--hosts",
        list,
        "--user",
        "ubuntu",
        "--sudo",
        "--identity",
        bed.identity,
        "--timeout",
        "20s",
      ]);
      await bed.makeTree();
    });
    afterAll(() => bed?.close());

    async function resourceOf(index: number): Promise<SeenObject> {
      const address = bed.hosts[index - 1]?.address ?? "";
      const resources = await bed.server.list<SeenObject & { spec: { address: string } }>("resources");
      const found = resources.find((resource) => resource.spec.address === address);
      if (found === undefined) throw new Error(`no resource has ${address}`);
      return found;
    }

    it.each([
      ["switched off", 2, "Unreachable"],
      ["wrong key", 3, "AuthenticationFailed"],
      ["no disk space", 4, "DiskFull"],
      ["no sudo", 5, "SudoFailed"],
    ])("%s", async (_, index, reason) => {
      await eventually(async () => {
        const resource = await resourceOf(index);
        const ready = conditionOf(resource, "Ready");
        expect(ready).toContain(`${reason}:`);
        expect(ready).toContain(bed.hosts[index - 1]?.address);
        expect(await bed.server.plush("describe", "resource", resource.metadata.name)).toContain(reason);
      }, 40_000);
    });

    it.each([
      ["without Node.js: the server's own is uploaded", 6],
      ["whose SSH server forbids socket forwarding: reached through a command", 7],
      ["with nothing wrong", 1],
    ])("%s", async (_, index) => {
      await eventually(async () => expect((await resourceOf(index)).status?.state).toBe("Free"), 60_000);
    });

    it("changed host key: refused with both fingerprints until it is trusted", async () => {
      const host = bed.hosts[0];
      if (!host) throw new Error("no host");
      const old = await host.hostKeyFingerprint();
      await host.crash();
      await host.changeHostKey();
      await host.powerOn();
      const name = await eventually(async () => {
        const resource = await resourceOf(1);
        expect(resource.status?.state).toBe("Failed");
        const ready = conditionOf(resource, "Ready");
        expect(ready).toContain("HostKeyChanged");
        expect(ready).toContain(old);
        expect(ready).toContain(await host.hostKeyFingerprint());
        return resource.metadata.name;
      }, 30_000);
      await bed.server.plush("trust", name);
      await eventually(async () => expect((await resourceOf(1)).status?.state).toBe("Free"), 30_000);
    });

    it("a command that does not exist, one that always crashes: each named, and no tour of the pool", async () => {
      await bed.apply(`
apiVersion: plush.dev/v1
kind: Application
metadata: {name: missing-command}
spec:
  components: [{name: one, replicas: 1}]
  phases:
  - {name: run, processes: [{name: run, command: [/no/such/program], restartPolicy: Always}]}
---
apiVersion: plush.dev/v1
kind: Application
metadata: {name: crashing}
spec:
  recovery: {process: {action: Replace, maxRestarts: 1, within: 10m}}
  components: [{name: one, replicas: 1}]
  phases:
  - {name: run, processes: [{name: run, command: [sh, -c, "echo going down >&2; exit 3"], restartPolicy: Always}]}
---
apiVersion: plush.dev/v1
kind: Application
metadata: {name: fine}
spec:
  components: [{name: one, replicas: 1}]
  phases:
  - {name: run, processes: [{name: run, command: [sleep, "72000"], restartPolicy: Always}]}
`);
      await bed.server.plush("wait", "application/fine", "--for=condition=Ready", "--timeout=60s");
      await eventually(async () => {
        expect(await bed.server.plush("describe", "application", "missing-command")).toMatch(/no\/such\/program/);
        const crashing = await bed.server.get<SeenObject>("application", "crashing");
        expect(conditionOf(crashing, "Stalled")).toMatch(/^True CrashLoop: [\s\S]*going down/);
      }, 60_000);
      const claim = await bed.server.get<SeenObject>("claim", "crashing-one-0");
      expect(claim.spec.epoch, "a command that always crashes does not tour the pool").toBe(1);
      await bed.server.plush("delete", "application", "missing-command", "crashing", "fine", "--timeout=60s");
    });
  },
);
