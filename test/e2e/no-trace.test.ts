import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { HostListing } from "../../pkg/emulation/index.ts";
import { emulationIsPossible } from "../support/programs.ts";
import { startTestbed, type Testbed } from "../support/testbed.ts";

// What a login leaves behind, whoever logs in: the SSH server's own files.
const ofTheSshServer = new Set([
  "/var/log/lastlog",
  "/var/log/wtmp",
  "/var/log/btmp",
  "/run/utmp",
  "/run/sshd/log",
  "/var/log",
  "/run/sudo",
  "/run/sudo/ts",
  "/run/sudo/ts/ubuntu",
  "/var/lib/sudo",
  "/var/lib/sudo/lectured",
]);

describe.skipIf(!emulationIsPossible())("deleting leaves no trace (emulated hosts)", () => {
  let bed: Testbed;
  beforeAll(async () => {
    bed = await startTestbed({ hosts: 3 });
  });
  afterAll(() => bed?.close());

  function isOfTheSshServer(line: string): boolean {
    const path = line.slice(2).split(" ")[0] ?? "";
    return ofTheSshServer.has(path) || /^[+-] process sshd: /.test(line);
  }

  async function changes(before: readonly HostListing[]): Promise<string[]> {
    const all: string[] = [];
    for (const [at, host] of bed.hosts.entries()) {
      const listing = before[at];
      if (listing === undefined) throw new Error("a listing is missing");
      all.push(...(await host.changesSince(listing)).map((line) => `${host.name} ${line}`));
    }
    return all.filter((line) => !isOfTheSshServer(line.slice(line.indexOf(" ") + 1)));
  }

  it.each(["root", "ubuntu"])("B-FIN-4: by application, then by pool, logged in as %s", async (user) => {
    const before = await Promise.all(bed.hosts.map((host) => host.list()));
    await bed.makePool(user);
    await bed.apply(`
apiVersion: plush.dev/v1
kind: Application
metadata: {name: messy}
spec:
  components:
  - {name: members, replicas: 3}
  phases:
  - name: run
    processes:
    - name: run
      restartPolicy: Always
      # A daemon that leaves its session and its parent, files, shared memory of its own.
      command: [sh, -c, 'echo data >data; mkdir -p deep/er; setsid sh -c "sleep 50000 & sleep 50001" >/dev/null 2>&1 & exec sleep 50002']
`);
    await bed.server.plush("wait", "application/messy", "--for=condition=Ready", "--timeout=60s");
    expect((await changes(before)).join("\n")).toContain("+ process sleep 50000");

    await bed.server.plush("delete", "application", "messy", "--timeout=60s");
    const left = await changes(before);
    const agentDirectory = user === "root" ? "/var/lib/plush-agent" : "/var/lib/plush-agent";
    const foreign = left.filter((line) => !line.includes(agentDirectory) && !/process .*plush-agent/.test(line));
    expect(foreign).toEqual([]);
    expect(left.filter((line) => /\/claims\/./.test(line))).toEqual([]);

    await bed.server.plush("delete", "pool", "lab", "--timeout=60s");
    await expect.poll(() => changes(before), { timeout: 10_000 }).toEqual([]);
    await bed.server.plush("delete", "secret", "lab-ssh", "--ignore-not-found");
  });
});
