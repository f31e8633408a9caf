import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { killAgents } from "../support/agents.ts";
import { eventually } from "../support/eventually.ts";
import type { SeenObject } from "../support/objects.ts";
import { emulationIsPossible } from "../support/programs.ts";
import { startTestbed, type Testbed } from "../support/testbed.ts";

/** Each member ends with a code of its own once somebody writes it to /end; each start is written to /starts. */
const script = "echo x >>/starts; while [ ! -s /end ]; do sleep 0.1; done; code=$(cat /end); rm /end; exit $code";
const manifest = `
apiVersion: plush.dev/v1
kind: Application
metadata: {name: static}
spec:
  components:
  - {name: members, replicas: 4}
  phases:
  - name: serve
    processes:
    - {name: serve, command: [sh, -c, ${JSON.stringify(script)}], restartPolicy: OnFailure}
`;

describe.skipIf(!emulationIsPossible())("work goes on without its server (emulated hosts)", () => {
  let bed: Testbed;
  beforeAll(async () => {
    bed = await startTestbed({ hosts: 5 });
    await bed.makePool();
    await bed.apply(manifest);
    await eventually(async () => expect(await processes()).toHaveLength(4), 60_000);
    await eventually(async () => {
      for (const { status } of await processes()) expect(status?.state).toBe("Ready");
    }, 60_000);
  });
  afterAll(() => bed?.close());

  const processes = (): Promise<readonly SeenObject[]> => bed.server.list<SeenObject>("processes");

  /** Ordinal → where, which epoch, pid, restarts. */
  async function members(): Promise<Record<string, unknown>> {
    const claims = await bed.server.list<SeenObject>("claims");
    const entries = (await processes()).map(({ metadata, status }) => {
      const claim = claims.find(({ spec }) => metadata.name.endsWith(`-members-${spec.ordinal}`));
      const { resourceName, epoch } = claim?.spec ?? {};
      return [metadata.name, { resourceName, epoch, pid: status?.pid, restarts: status?.restarts ?? 0 }];
    });
    return Object.fromEntries(entries);
  }

  async function hostOf(ordinal: number) {
    const claim = await bed.server.get<SeenObject>("claim", `static-members-${ordinal}`);
    const { spec } = await bed.server.get<{ spec: { address: string } }>("resource", claim.spec.resourceName ?? "");
    return bed.host(spec.address);
  }

  async function settled(): Promise<void> {
    await eventually(async () => {
      for (const { metadata, status } of await bed.server.list<SeenObject>("resources")) {
        expect(["Free", "Claimed"], metadata.name).toContain(status?.state);
      }
    }, 60_000);
  }

  it("B-DET-9: a server that was frozen judges nobody by the time in which it heard nothing", async () => {
    const before = await members();
    bed.server.signal("SIGSTOP");
    await sleep(12_000);
    bed.server.signal("SIGCONT");
    await sleep(3000);
    await settled();
    expect(await members()).toEqual(before);
    expect(await bed.server.plush("events")).not.toMatch(/Lost|Replaced|Braked/);
  });

  it("B-DET-10: while it is away processes are restarted by their agents, ends are remembered, and agents may die", async () => {
    const hosts = await Promise.all([0, 1, 2, 3].map(hostOf));
    const before = await members();
    await bed.server.kill();
    const [failing, ending, orphaned] = hosts;
    await failing?.exec(["sh", "-c", "echo 3 >/end"]);
    await ending?.exec(["sh", "-c", "echo 0 >/end"]);
    if (orphaned !== undefined) await killAgents(orphaned);
    const starts = async (): Promise<string[]> =>
      Promise.all(hosts.map(async (host) => (await host.exec(["cat", "/starts"])).trim()));
    await eventually(async () => expect(await starts()).toEqual(["x\nx", "x", "x", "x"]), 20_000);
    await bed.server.start();
    await settled();
    const seen = async (ordinal: number) =>
      bed.server.get<SeenObject & { status: { exitCode?: number } }>(
        "process",
        `static-serve-serve-members-${ordinal}`,
      );
    await eventually(async () => {
      expect((await seen(0)).status).toMatchObject({ state: "Ready", restarts: 1 });
      expect((await seen(1)).status).toMatchObject({ state: "Exited", exitCode: 0 });
      const now = await members();
      for (const name of Object.keys(before).filter((name) => /[23]$/.test(name))) {
        expect(now[name]).toEqual(before[name]);
      }
    }, 20_000);
    expect(await starts()).toEqual(["x\nx", "x", "x", "x"]);
  });
});
