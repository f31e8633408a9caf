import { readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EmulatedHost } from "../../pkg/emulation/index.ts";
import { killAgents } from "../support/agents.ts";
import { dropServer, passServer } from "../support/drop-server.ts";
import { eventually } from "../support/eventually.ts";
import { onceApplication, startsByOrdinal } from "../support/once-application.ts";
import { emulationIsPossible } from "../support/programs.ts";
import { startTestbed, type Testbed } from "../support/testbed.ts";

interface Machine {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly address: string };
  readonly status?: {
    readonly state?: string;
    readonly residue?: readonly unknown[];
    readonly tree?: { readonly parent?: string; readonly depth: number };
  };
}

const hosts = 12;
const fanOut = 3;
const replicas = 10;
const generousMs = 30_000;

describe.skipIf(!emulationIsPossible())("machines that are reached through others (emulated hosts)", () => {
  let bed: Testbed;
  beforeAll(async () => {
    bed = await startTestbed({ hosts });
    await bed.makePool();
    await bed.server.plush("patch", "pool", "lab", "--type", "merge", "-p", `{"spec":{"tree":{"fanOut":${fanOut}}}}`);
  });
  afterAll(() => bed?.close());

  const machines = (): Promise<readonly Machine[]> => bed.server.list<Machine>("resources");

  async function parents(): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    for (const { metadata, status } of await machines())
      if (status?.tree?.parent !== undefined) found.set(metadata.name, status.tree.parent);
    return found;
  }

  async function treeStands(below: number): Promise<void> {
    await eventually(async () => expect((await parents()).size).toBe(below), generousMs);
    await eventually(async () => expect(await sshConnections()).toBe(fanOut), generousMs);
  }

  /** Connections from the server's process to hosts' SSH servers, as the kernel has them. */
  async function sshConnections(): Promise<number> {
    const directory = `/proc/${bed.server.pid}/fd`;
    const files = await readdir(directory);
    const links = await Promise.all(files.map((file) => readlink(join(directory, file)).catch(() => "")));
    const lines = (await readFile(`/proc/${bed.server.pid}/net/tcp`, "utf8")).split("\n");
    const established = lines.map((line) => line.trim().split(/\s+/)).filter(([, , , state]) => state === "01");
    return established.filter(([, , remote = "", , , , , , , inode]) => {
      return remote.endsWith(":0016") && links.includes(`socket:[${inode}]`);
    }).length;
  }

  function hostOf(name: string): EmulatedHost {
    return bed.host(name);
  }

  /** A parent with children, who has itself none where `deep`. */
  async function aParent(): Promise<{ readonly parent: string; readonly children: readonly string[] }> {
    const all = await parents();
    const counts = new Map<string, string[]>();
    for (const [child, parent] of all) counts.set(parent, [...(counts.get(parent) ?? []), child]);
    const [first] = [...counts].sort((left, right) => right[1].length - left[1].length);
    if (first === undefined) throw new Error("nobody has a parent");
    return { parent: first[0], children: first[1] };
  }

  it("B-TREE-1: above the fan-out a pool is a tree: only its roots have an SSH connection", async () => {
    await treeStands(hosts - fanOut);
    const depths = (await machines()).map(({ status }) => status?.tree?.depth ?? 0);
    expect(depths.filter((depth) => depth === 1)).toHaveLength(fanOut);
    const drawn = await bed.server.plush("tree", "lab");
    expect(drawn).toContain(`lab: ${hosts} machines, ${fanOut} of them reached directly`);
    expect(drawn.split("\n").filter((line) => /^[├└]─ /.test(line))).toHaveLength(fanOut);
    expect(drawn.split("\n").filter((line) => /^[│ ] .*[├└]─ /.test(line))).toHaveLength(hosts - fanOut);
    expect(await bed.server.plush("get", "resources", "-o", "wide")).toMatch(/PARENT\s+DEPTH/);
  });

  it("B-TREE-2: applications, commands and logs work through parents", async () => {
    await bed.apply(onceApplication("once", replicas));
    await bed.server.plush("wait", "application/once", "--for=condition=Ready", "--timeout=90s");
    const answers = await bed.server.plush("run", "pool/lab", "-o", "groups", "--", "sh", "-c", "echo here");
    expect(answers).toContain(`${hosts} hosts: `);
    expect((await startsByOrdinal(bed.hosts)).size).toBe(replicas);
  });

  it("B-TREE-17: a host that the server cannot reach by itself goes on through its parent", async () => {
    await treeStands(hosts - fanOut);
    const before = await startsByOrdinal(bed.hosts);
    const child = (await machines()).find(
      ({ status }) => status?.tree?.parent !== undefined && status.state === "Claimed",
    );
    const name = child?.metadata.name ?? "";
    await dropServer(hostOf(name), "saddr", "input");
    // Much longer than it takes to miss a machine.
    await sleep(5000);
    expect(await bed.server.plush("run", name, "--", "echo", "here")).toContain("here");
    const { state, tree } = child?.status ?? {};
    expect((await bed.server.get<Machine>("resource", name)).status).toMatchObject({ state, tree });
    expect(await startsByOrdinal(bed.hosts)).toEqual(before);
    await passServer(hostOf(name));
  });

  it("B-TREE-3: a parent's agent is killed: nothing is replaced, no process notices", async () => {
    const before = await startsByOrdinal(bed.hosts);
    const { parent, children } = await aParent();
    await killAgents(hostOf(parent));
    const answers = await Promise.all(children.map((name) => bed.server.plush("run", name, "--", "echo", "here")));
    for (const answer of answers) expect(answer).toContain("here");
    await treeStands(hosts - fanOut);
    expect(await startsByOrdinal(bed.hosts)).toEqual(before);
  });

  it("B-TREE-4: a parent without power is replaced, and none of its children is", async () => {
    const before = await startsByOrdinal(bed.hosts);
    const { parent, children } = await aParent();
    const lost = hostOf(parent);
    await lost.powerOff();
    // What is under way through it breaks off; what is asked then goes another way.
    for (const name of children)
      await eventually(
        async () => expect(await bed.server.plush("run", name, "--", "echo", "here")).toContain("here"),
        generousMs,
      );
    await eventually(async () => {
      const states = new Map((await machines()).map(({ metadata, status }) => [metadata.name, status?.state]));
      expect(states.get(parent)).toBe("Unreachable");
      for (const child of children) expect(["Free", "Claimed"]).toContain(states.get(child));
    }, generousMs);
    await bed.server.plush("wait", "application/once", "--for=condition=Ready", "--timeout=90s");
    const after = await startsByOrdinal(bed.hosts.filter((host) => host !== lost));
    for (const [ordinal, lines] of before) {
      const [line = ""] = lines;
      if (!line.startsWith(`${lost.name}:`)) expect(after.get(ordinal), ordinal).toEqual(lines);
    }
    await lost.powerOn();
    await treeStands(hosts - fanOut);
    // Until the server tells it otherwise, it goes on with what it had.
    await eventually(async () => {
      const { status } = await bed.server.get<Machine>("resource", parent);
      expect(["Free", "Quarantined"]).toContain(status?.state);
      expect(status?.residue ?? []).toEqual([]);
    }, generousMs);
  });

  it("B-TREE-5: a host that is cut off from its parents alone stays linked, by another one or by SSH", async () => {
    const before = await startsByOrdinal(bed.hosts);
    // Not the one that was without power a moment ago.
    const well = (await machines()).filter(({ status }) => status?.state === "Claimed");
    const child = well.find(({ status }) => status?.tree?.parent !== undefined)?.metadata.name ?? "";
    const host = hostOf(child);
    const others = bed.hosts.filter((other) => other !== host);
    for (const other of others) await host.exec(["ip", "route", "add", "blackhole", `${other.address}/32`]);
    await eventually(async () => {
      expect((await parents()).get(child)).toBeUndefined();
      expect(await bed.server.plush("run", child, "--", "echo", "here")).toContain("here");
    }, generousMs);
    await sleep(3000);
    const states = new Map((await machines()).map(({ metadata, status }) => [metadata.name, status?.state]));
    expect(["Free", "Claimed"]).toContain(states.get(child));
    expect(await startsByOrdinal(bed.hosts)).toEqual(before);
    for (const other of others) await host.exec(["ip", "route", "del", "blackhole", `${other.address}/32`]);
  });

  it("B-TREE-6: a server that is killed and started again finds all machines, and no process notices", async () => {
    const before = await startsByOrdinal(bed.hosts);
    await bed.server.kill();
    await bed.server.start();
    await eventually(async () => {
      const states = (await machines()).map(({ status }) => status?.state);
      // One was without power a moment ago.
      const good = states.filter((state) => state === "Free" || state === "Claimed" || state === "Quarantined");
      expect(good).toHaveLength(hosts);
      expect((await parents()).size).toBeGreaterThanOrEqual(hosts - fanOut - 1);
    }, generousMs);
    expect(await startsByOrdinal(bed.hosts)).toEqual(before);
    await bed.server.plush("delete", "application", "once", "--timeout=90s");
  });
});
