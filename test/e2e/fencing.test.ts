import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { uptimeMs } from "../../pkg/agent/host/uptime.ts";
import type { EmulatedHost } from "../../pkg/emulation/index.ts";
import { agentPids } from "../support/agents.ts";
import { eventually } from "../support/eventually.ts";
import { conditionOf, type SeenObject } from "../support/objects.ts";
import { emulationIsPossible } from "../support/programs.ts";
import { startTestbed, type Testbed } from "../support/testbed.ts";

const leaseMs = 6000;
/** The bar is so much after the lease; a holder that does not heed SIGTERM uses the lease up. */
const graceMs = 6000;

/** Where hosts write who runs on them: outside every claim, and read from outside the host. */
const journal = "/srv/holders";

/** Writes down that it runs, 20 times a second, and does not heed SIGTERM. All hosts share one uptime. */
const holder = `trap : TERM
read boot </proc/sys/kernel/random/boot_id
while :; do
  read up rest </proc/uptime
  echo "$boot $PLUSH_ORDINAL $PLUSH_CLAIM_UID $PLUSH_EPOCH $up" >>${journal}
  sleep 0.05
done`;

function manifest(name: string, fencing: string, script: string): string {
  return `
apiVersion: plush.dev/v1
kind: Application
metadata: {name: ${name}}
spec:
  components:
  - {name: members${fencing}}
  cleanup: {awayAfter: 1s}
  phases:
  - name: serve
    processes:
    - name: hold
      command: [sh, -c, ${JSON.stringify(script)}]
      restartPolicy: Always
      stop: {timeout: 1s}
`;
}

const fenced = manifest("single", `, fencing: {leaseDuration: ${leaseMs}ms}`, holder);
const plain = manifest("plain", "", "exec sleep 72000");

interface Holding {
  readonly who: string;
  readonly from: number;
  readonly to: number;
}

describe.skipIf(!emulationIsPossible())("no two holders of an ordinal (emulated hosts)", () => {
  let bed: Testbed;
  beforeAll(async () => {
    bed = await startTestbed({ hosts: 7 });
    await bed.makePool();
    await bed.apply(fenced);
    await bed.apply(plain);
    for (const name of ["single", "plain"])
      await bed.server.plush("wait", `application/${name}`, "--for=condition=Ready", "--timeout=60s");
  });
  afterAll(() => bed?.close());
  afterEach(async () => {
    await eventually(async () => {
      for (const resource of await bed.server.list<SeenObject>("resources")) {
        expect(["Free", "Claimed", "Quarantined"], resource.metadata.name).toContain(resource.status?.state);
        expect(resource.status?.residue ?? [], resource.metadata.name).toEqual([]);
      }
    }, 60_000);
    await bed.server.plush("wait", "application/single", "--for=condition=Ready", "--timeout=60s");
  });

  function claim(): Promise<SeenObject> {
    return bed.server.get<SeenObject>("claim", "single-members-0");
  }

  async function hostOf(name: string): Promise<EmulatedHost> {
    const { spec } = await bed.server.get<SeenObject>("claim", name);
    const resource = await bed.server.get<{ spec: { address: string } }>("resource", spec.resourceName ?? "");
    return bed.host(resource.spec.address);
  }

  /** Who wrote, from when to when, in the order in which they began. */
  async function holdings(): Promise<Holding[]> {
    const found = new Map<string, Holding>();
    for (const host of bed.hosts) {
      const text = await readFile(join(host.upper, journal), "utf8").catch(() => "");
      for (const line of text.split("\n").filter((one) => one.split(" ").length === 5)) {
        const [boot, ordinal, uid, epoch, up] = line.split(" ");
        const who = `${host.name} ${boot} ordinal ${ordinal} of ${uid}, epoch ${epoch}`;
        const at = Number(up) * 1000;
        const known = found.get(who);
        found.set(who, { who, from: Math.min(known?.from ?? at, at), to: Math.max(known?.to ?? at, at) });
      }
    }
    return [...found.values()].sort((left, right) => left.from - right.from);
  }

  /** Nobody began before the one before had ended. Returns the shortest time between two holders. */
  async function expectNoOverlap(): Promise<number> {
    const all = await holdings();
    const gaps = all.slice(1).map(({ from, who }, at) => {
      const before = all[at];
      expect(from, `${who} began before ${before?.who} had ended`).toBeGreaterThan(before?.to ?? 0);
      return from - (before?.to ?? 0);
    });
    return Math.min(...gaps);
  }

  async function expectWriting(host: EmulatedHost): Promise<void> {
    const from = uptimeMs();
    await eventually(async () => {
      const last = (await holdings()).findLast(({ who }) => who.startsWith(`${host.name} `));
      expect(last?.to).toBeGreaterThan(from);
    }, 10_000);
  }

  /** Waits until the ordinal is ready on another host than `lost`; milliseconds of uptime until it ran there. */
  async function readyElsewhere(lost: EmulatedHost, since: number): Promise<number> {
    await eventually(
      async () => {
        expect((await claim()).status?.state).toBe("Ready");
        expect((await hostOf("single-members-0")).name).not.toBe(lost.name);
      },
      40_000,
      50,
    );
    await expectWriting(await hostOf("single-members-0"));
    return ((await holdings()).at(-1)?.from ?? Number.POSITIVE_INFINITY) - since;
  }

  async function tell(story: string, took: number): Promise<void> {
    const gap = await expectNoOverlap();
    console.log(
      `${story}: runs elsewhere after ${Math.round(took)} ms of a lease of ${leaseMs} ms, nobody ran for ${Math.round(gap)} ms`,
    );
    expect(took).toBeLessThan(leaseMs + graceMs);
  }

  it("B-FEN-11: a host that is cut off: the ordinal begins elsewhere once its lease is over", async () => {
    const host = await hostOf("single-members-0");
    await expectWriting(host);
    const before = (await claim()).spec.epoch ?? 0;
    const cutAt = uptimeMs();
    await host.cut();
    await eventually(async () => {
      expect(conditionOf(await claim(), "Reconciling")).toMatch(
        /^True WaitingForLease: .* may hold its lease until \d{4}-/,
      );
    }, 10_000);
    await tell("cut off", await readyElsewhere(host, cutAt));
    expect((await claim()).spec.epoch).toBe(before + 1);
    const events = await bed.server.plush("events");
    expect(events).toMatch(/WaitingForLease/);
    await host.heal();
  });

  it("B-FEN-12: the same with an agent that was frozen before", async () => {
    const host = await hostOf("single-members-0");
    await expectWriting(host);
    const agents = await agentPids(host);
    expect(agents).toHaveLength(1);
    await host.exec(["kill", "-STOP", ...agents]);
    const cutAt = uptimeMs();
    await host.cut();
    await tell("cut off with a frozen agent", await readyElsewhere(host, cutAt));
    await host.heal();
    await host.exec(["kill", "-CONT", ...agents]);
  });

  it("B-FEN-13: deleted while its host is cut off, and made anew under the same name", async () => {
    const host = await hostOf("single-members-0");
    await expectWriting(host);
    const { uid } = (await claim()).metadata;
    const cutAt = uptimeMs();
    await host.cut();
    await bed.server.plush("delete", "application", "single", "--timeout=60s");
    const deletedAt = uptimeMs() - cutAt;
    // The old holder still runs: else this would say nothing.
    expect(deletedAt).toBeLessThan(leaseMs);
    await bed.apply(fenced);
    await eventually(async () => {
      expect(conditionOf(await claim(), "Ready")).toMatch(/held by the one before until \d{4}-/);
    }, 10_000);
    await tell(`deleted after ${deletedAt} ms and made anew`, await readyElsewhere(host, cutAt));
    expect((await claim()).metadata.uid).not.toBe(uid);
    await host.heal();
  });

  it("B-FEN-14: without a server what is fenced stops, what is not goes on; with one it begins again where it was", async () => {
    const host = await hostOf("single-members-0");
    const other = await hostOf("plain-members-0");
    await expectWriting(host);
    const before = await claim();
    const plainBefore = await bed.server.get<SeenObject>("process", "plain-serve-hold-members-0");
    const killedAt = uptimeMs();
    await bed.server.kill();
    await eventually(async () => {
      expect(uptimeMs() - killedAt).toBeGreaterThan(2 * leaseMs);
    }, 30_000);
    const last = (await holdings()).at(-1);
    expect(last?.who).toMatch(host.name);
    expect((last?.to ?? 0) - killedAt).toBeLessThan(leaseMs + 900);
    expect((await other.list()).processes).toContain("sleep 72000");
    const startedAt = uptimeMs();
    await bed.server.start();
    await expectWriting(host);
    console.log(`server back: runs again after ${uptimeMs() - startedAt} ms`);
    await bed.server.plush("wait", "application/single", "--for=condition=Ready", "--timeout=60s");
    const after = await claim();
    expect([after.spec.resourceName, after.spec.epoch]).toEqual([before.spec.resourceName, before.spec.epoch]);
    const plainAfter = await bed.server.get<SeenObject>("process", "plain-serve-hold-members-0");
    expect(plainAfter.status?.pid).toBe(plainBefore.status?.pid);
    await expectNoOverlap();
  });
});
