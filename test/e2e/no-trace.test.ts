import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { changesOf, leftByMembers, listHosts } from "../support/host-changes.ts";
import { emulationIsPossible } from "../support/programs.ts";
import { startTestbed, type Testbed } from "../support/testbed.ts";

describe.skipIf(!emulationIsPossible())("deleting leaves no trace (emulated hosts)", () => {
  let bed: Testbed;
  beforeAll(async () => {
    bed = await startTestbed({ hosts: 3 });
  });
  afterAll(() => bed?.close());

  it.each(["root", "ubuntu"])("B-FIN-4: by application, then by pool, logged in as %s", async (user) => {
    const before = await listHosts(bed.hosts);
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
    expect((await changesOf(bed.hosts, before)).join("\n")).toContain("+ process sleep 50000");

    await bed.server.plush("delete", "application", "messy", "--timeout=60s");
    expect(leftByMembers(await changesOf(bed.hosts, before))).toEqual([]);

    await bed.server.plush("delete", "pool", "lab", "--timeout=60s");
    await expect.poll(() => changesOf(bed.hosts, before), { timeout: 10_000 }).toEqual([]);
    await bed.server.plush("delete", "secret", "lab-ssh", "--ignore-not-found");
  });
});
