import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { EmulatedHost } from "../../pkg/emulation/index.ts";
import { agentPids, killAgents } from "../support/agents.ts";
import { dropServer, passServer } from "../support/drop-server.ts";
import { eventually } from "../support/eventually.ts";
import type { SeenObject } from "../support/objects.ts";
import { emulationIsPossible } from "../support/programs.ts";
import { startTestbed, type Testbed, treeFanOut } from "../support/testbed.ts";

const manifest = `
apiVersion: plush.dev/v1
kind: Application
metadata: {name: watched}
spec:
  components:
  - {name: members, replicas: 3}
  phases:
  - name: serve
    processes:
    - {name: serve, command: [sleep, "74000"], restartPolicy: Always}
`;

interface SeenResource extends SeenObject {
  readonly spec: SeenObject["spec"] & { readonly address: string };
  readonly status?: SeenObject["status"] & { readonly verdict?: string; readonly evidence?: string };
}

/** A member as it is: where, whose turn, which process. */
interface Member {
  readonly host: EmulatedHost;
  readonly resource: string;
  readonly epoch: number;
  readonly pid: number;
}

// How fast it is, is measured by `make bench`; a test on a noisy machine only tells right from wrong.
const generousMs = 25_000;

describe.skipIf(!emulationIsPossible())("failures are told apart (emulated hosts)", () => {
  let bed: Testbed;
  beforeAll(async () => {
    bed = await startTestbed({ hosts: 6 });
    await bed.makePool();
    await bed.apply(manifest);
    await bed.server.plush("wait", "application/watched", "--for=condition=Ready", "--timeout=60s");
  });
  afterAll(() => bed?.close());
  afterEach(async () => {
    await eventually(async () => {
      for (const { metadata, status } of await bed.server.list<SeenResource>("resources")) {
        expect(["Free", "Claimed", "Quarantined"], metadata.name).toContain(status?.state);
        expect(status?.residue ?? [], metadata.name).toEqual([]);
      }
    }, 60_000);
    await bed.server.plush("wait", "application/watched", "--for=condition=Ready", "--timeout=60s");
    for (const { metadata } of await bed.server.list<SeenResource>("resources")) {
      await bed.server.plush("uncordon", metadata.name);
    }
  });

  async function memberOf(ordinal: number): Promise<Member> {
    const { spec } = await bed.server.get<SeenObject>("claim", `watched-members-${ordinal}`);
    const { status } = await bed.server.get<SeenObject>("process", `watched-serve-serve-members-${ordinal}`);
    const resource = spec.resourceName ?? "";
    const { spec: machine } = await bed.server.get<SeenResource>("resource", resource);
    return { host: bed.host(machine.address), resource, epoch: spec.epoch ?? 0, pid: status?.pid ?? 0 };
  }

  /** The first verdict on a machine, and what it rests on. */
  function verdictOn(resource: string): Promise<string> {
    return eventually(
      async () => {
        const { status } = await bed.server.get<SeenResource>("resource", resource);
        expect(status?.verdict ?? "judging").not.toBe("judging");
        return `${status?.verdict}: ${status?.evidence}`;
      },
      generousMs,
      50,
    );
  }

  /** Until it is ready with the next epoch on another machine. */
  async function replaced(ordinal: number, before: Member): Promise<void> {
    await eventually(async () => {
      const { spec, status } = await bed.server.get<SeenObject>("claim", `watched-members-${ordinal}`);
      expect([spec.epoch, status?.state]).toEqual([before.epoch + 1, "Ready"]);
      expect(spec.resourceName).not.toBe(before.resource);
    }, generousMs);
  }

  /** Until the machine is connected again; then nothing must have been moved or started. */
  async function untouched(ordinal: number, before: Member): Promise<void> {
    await eventually(async () => {
      const { status } = await bed.server.get<SeenResource>("resource", before.resource);
      expect([status?.state, status?.verdict]).toEqual(["Claimed", undefined]);
    }, generousMs);
    await bed.server.plush("wait", "application/watched", "--for=condition=Ready", "--timeout=60s");
    expect(await memberOf(ordinal)).toEqual(before);
  }

  it("B-DET-1: a crash: connections are refused; down, and replaced", async () => {
    const before = await memberOf(0);
    await before.host.crash();
    expect(await verdictOn(before.resource)).toMatch(/^down: .*TCP connects are refused/);
    await replaced(0, before);
    await before.host.powerOn();
  });

  it("B-DET-2: without power, or cut off from everybody: silence for the server and a peer; dead, and replaced", async () => {
    const off = await memberOf(1);
    await off.host.powerOff();
    expect(await verdictOn(off.resource)).toMatch(/^dead: .*nothing answers TCP connects, from \S+ neither/);
    await replaced(1, off);
    await off.host.powerOn();
    const cut = await memberOf(2);
    await cut.host.cut();
    expect(await verdictOn(cut.resource)).toMatch(/^dead: .*nothing answers TCP connects, from \S+ neither/);
    await replaced(2, cut);
    await cut.host.heal();
  });

  // Of stars alone: who has a parent needs no packets from the server itself (B-TREE-17).
  it.skipIf(treeFanOut > 0).each([
    ["to it", "saddr", "input"],
    ["from it", "daddr", "output"],
  ] as const)(
    "B-DET-3: packets %s are lost: peers see it; unreachable, and replaced after 10 s",
    async (_name, end, hook) => {
      const before = await memberOf(0);
      const begin = performance.now();
      await dropServer(before.host, end, hook);
      expect(await verdictOn(before.resource)).toMatch(/^unreachable: .*but from \S+ they are answered/);
      await replaced(0, before);
      // Ten seconds since the last sign of life, which came a beat before.
      expect(performance.now() - begin).toBeGreaterThan(9000);
      expect((await before.host.list()).processes).toContain("sleep 74000");
      await passServer(before.host);
      await expect
        .poll(async () => (await before.host.list()).processes, { timeout: generousMs })
        .not.toContain("sleep 74000");
    },
  );

  it("B-DET-4: an agent that is stopped and goes on in time: unreachable, and nothing moves", async () => {
    const before = await memberOf(1);
    const pids = await agentPids(before.host);
    await before.host.exec(["kill", "-STOP", ...pids]);
    expect(await verdictOn(before.resource)).toMatch(/^unreachable: .*TCP connects are answered/);
    await before.host.exec(["kill", "-CONT", ...pids]);
    await untouched(1, before);
  });

  it("B-DET-5: an agent that is killed: it is started again, and what runs is adopted", async () => {
    const before = await memberOf(2);
    await killAgents(before.host);
    await expect.poll(() => agentPids(before.host), { timeout: generousMs }).toHaveLength(1);
    await untouched(2, before);
    expect(await bed.server.plush("events")).toContain("the agent is gone and is being started again");
  });

  it("B-DET-6: an SSH server that is restarted: the machine is dialled again, and nothing moves", async () => {
    const before = await memberOf(0);
    const pids = await agentPids(before.host);
    // Its connections go with it, as where a distribution upgrades the package.
    const script = `kill -HUP 1
      for p in /proc/[0-9]*; do case "$(cat $p/comm)" in sshd*) [ "$p" = /proc/1 ] || kill -9 "\${p#/proc/}" ;; esac; done 2>/dev/null; true`;
    await before.host.exec(["sh", "-c", script]);
    await untouched(0, before);
    expect(await agentPids(before.host)).toEqual(pids);
  });

  it("B-DET-7: a reboot that takes no longer than host.after: another boot identity, and it begins again there", async () => {
    await bed.apply(`${manifest}  recovery: {host: {action: Replace, after: 1m}}\n`);
    const before = await memberOf(1);
    await before.host.crash();
    await verdictOn(before.resource);
    await before.host.powerOn();
    await eventually(async () => {
      const now = await memberOf(1);
      expect([now.resource, now.epoch]).toEqual([before.resource, before.epoch]);
      expect(now.pid).not.toBe(before.pid);
    }, generousMs);
    await bed.server.plush("wait", "application/watched", "--for=condition=Ready", "--timeout=60s");
  });
});
