import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { EmulatedHost } from "../../pkg/emulation/index.ts";
import { eventually } from "../support/eventually.ts";
import { startHookProgram } from "../support/hook-program.ts";
import type { SeenObject } from "../support/objects.ts";
import { emulationIsPossible } from "../support/programs.ts";
import { startTestbed, type Testbed } from "../support/testbed.ts";

const examples = resolve(import.meta.dirname, "../../manifests/examples");

/** Examples with a story of their own; all others serve something on a port named "web". */
const told: ReadonlySet<string> = new Set([
  "barrier",
  "collect",
  "etcd",
  "events",
  "haproxy",
  "hook",
  "wordcount-knee",
  "work",
]);
const serving = readdirSync(examples).filter((name) => !told.has(name));

describe.skipIf(!emulationIsPossible())("every example is applied for real (emulated hosts)", () => {
  let bed: Testbed;
  beforeAll(async () => {
    bed = await startTestbed({ hosts: 5 });
    await bed.makePool("ubuntu");
  });
  afterAll(() => bed?.close());

  it.each(serving)("%s comes up, serves, and leaves", async (name) => {
    await bed.server.plush("apply", "-f", join(examples, name), "--wait", "--timeout=60s");
    const processes = await bed.server.list<SeenObject>("processes");
    const web = processes.filter((process) => process.status?.ports?.["web"] !== undefined);
    expect(web.length).toBeGreaterThan(0);
    for (const process of web) {
      const resource = await bed.server.get<{ spec: { address: string } }>(
        "resource",
        process.status?.resourceName ?? "",
      );
      const answer = await fetch(`http://${resource.spec.address}:${process.status?.ports?.["web"]}/`);
      expect(answer.status, process.metadata.name).toBe(200);
    }
    await bed.server.plush("delete", "-f", join(examples, name), "--timeout=60s");
    expect(await bed.server.list("processes")).toEqual([]);
  });

  it("collect: one command on all machines, equal answers together, in 14 lines", async () => {
    expect(
      readFileSync(join(examples, "collect", "collect.yaml"), "utf8")
        .trim()
        .split("\n").length,
    ).toBeLessThanOrEqual(14);
    await bed.server.plush("apply", "-f", join(examples, "collect"));
    await bed.server.plush("wait", "application/collect", "--for=condition=CleanedUp", "--timeout=60s");
    expect(await bed.server.plush("results", "application/collect")).toMatch(/^5 hosts: /);
    await bed.server.plush("delete", "-f", join(examples, "collect"), "--timeout=60s");
  });

  it("work: the words of texts are counted on all machines, each text once", async () => {
    const copy = mkdtempSync("/tmp/plush-work-example-");
    onTestFinished(() => rmSync(copy, { recursive: true, force: true }));
    cpSync(join(examples, "work"), copy, { recursive: true });
    execFileSync("/bin/sh", [join(copy, "make-texts.sh")]);
    await bed.server.plush("apply", "-f", copy, "--wait", "--timeout=60s");
    const counts = (await bed.server.plush("results", "phase/words-count")).trim().split("\n");
    expect(counts.map((line) => Number(line.split(": ")[1]))).toEqual(Array.from({ length: 1000 }, (_, n) => n + 1));
    const items = await bed.server.plush("get", "items", "phase/words-count", "-o", "wide", "--no-headers");
    expect(
      new Set(
        items
          .trim()
          .split("\n")
          .map((line) => line.split(/ +/)[5]),
      ).size,
    ).toBe(5);
    await bed.server.plush("delete", "-f", copy, "--timeout=60s");
  });

  it("wordcount-knee: a slow host is not waited for, and the phases say whose it is", async () => {
    // Its disk takes four seconds to load a program. Machines with equally many claims are taken in the order of names.
    const slow = bed.host("n4");
    const loader = `#!/bin/sh\nsleep 4\nexec ${await slow.exec(["sh", "-c", "command -v node"])}`.trim();
    await slow.exec([
      "sh",
      "-c",
      `printf '%s "$@"\n' '${loader}' >/usr/local/sbin/node && chmod 755 /usr/local/sbin/node`,
    ]);

    const start = performance.now();
    await bed.server.plush("apply", "-f", join(examples, "wordcount-knee"));
    await bed.server.plush("wait", "phase/tally-tally", "--for=create", "--timeout=10s");
    await bed.server.plush("wait", "phase/tally-tally", "--for=condition=Ready", "--timeout=60s");
    const took = performance.now() - start;
    expect(await bed.server.plush("results", "process/tally-tally-tally-workers-0")).toMatch(
      /\d+ words of 3 members, without member 3/,
    );
    for (const name of ["split", "map", "exchange"]) {
      const { status } = await bed.server.get<SeenPhase>("phase", `tally-${name}`);
      expect(status.release).toMatchObject({ rule: "knee", missing: [{ component: "workers", ordinal: 3 }] });
    }
    console.log(`three phases released without the slow host: ${Math.round(took)} ms`);
    expect(await bed.server.plush("describe", "phase", "tally-map")).toMatch(/missing.*workers-3/i);
    // It goes on behind the others, without being waited for.
    const late = ["process/tally-exchange-exchange-workers-3", "--for=create", "--timeout=60s"];
    await bed.server.plush("wait", ...late);
    await slow.exec(["rm", "/usr/local/sbin/node"]);
    await bed.server.plush("delete", "-f", join(examples, "wordcount-knee"), "--timeout=60s");
  });

  it("hook: has a member replaced that recovery would leave, and waits for a host that is powered off", async () => {
    const hook = await startHookProgram();
    try {
      await bed.apply(hook.manifest);
      const claim = (ordinal: number) => bed.server.get<SeenObject>("claim", `judged-servers-${ordinal}`);
      const [first, second] = [() => claim(0), () => claim(1)];
      await eventually(async () => expect((await first()).status?.state).toBe("Ready"), 30_000);
      expect((await first()).spec.epoch).toBe(2);
      const { resourceName = "" } = (await second()).spec;
      const { spec } = await bed.server.get<{ spec: { address: string } }>("resource", resourceName);
      await bed.host(spec.address).powerOff();
      const events = () => bed.server.plush("describe", "hook", "judge");
      await eventually(async () => expect(await events()).toContain("says Wait for servers-1 (HostLost)"), 30_000);
      await bed.host(spec.address).powerOn();
      await eventually(async () => expect((await second()).status?.state).toBe("Ready"), 30_000);
      expect((await second()).spec).toMatchObject({ epoch: 1, resourceName });
      expect(hook.output()).toContain("HostLost of servers-1: Wait");
      await bed.server.plush("delete", "application", "judged", "--timeout=60s");
    } finally {
      await hook.stop();
    }
  });

  it("etcd: a member whose host is powered off comes back as another one, with the data there; the others go on", async () => {
    await bed.server.plush("apply", "-f", join(examples, "etcd"), "--wait", "--timeout=60s");
    const before = await etcdMembers(bed, 0);
    expect(before.map(({ name }) => name)).toEqual(["member-0-1", "member-1-1", "member-2-1"]);
    await askEtcd(bed, 0, "kv/put", { key: base64("kept"), value: base64("before the loss") });
    const [survivors, lost] = [await pidsOf(bed, [0, 2]), await hostOf(bed, 1)];

    await lost.powerOff();
    await eventually(async () => {
      const names = (await etcdMembers(bed, 0)).map(({ name }) => name);
      expect(names).toEqual(["member-0-1", "member-1-2", "member-2-1"]);
      await bed.server.plush("wait", "application/etcd", "--for=condition=Ready", "--timeout=30s");
    }, 60_000);
    const after = await etcdMembers(bed, 1);
    expect(after.map(({ ID }) => ID).filter((id) => before.some(({ ID }) => ID === id))).toHaveLength(2);
    const { kvs } = await askEtcd<{ kvs: { value: string }[] }>(bed, 1, "kv/range", { key: base64("kept") });
    expect(kvs.map(({ value }) => Buffer.from(value, "base64").toString())).toEqual(["before the loss"]);
    expect(await pidsOf(bed, [0, 2])).toEqual(survivors);

    await lost.powerOn();
    await bed.server.plush("delete", "-f", join(examples, "etcd"), "--timeout=60s");
  });
});

const base64 = (text: string): string => Buffer.from(text).toString("base64");

interface SeenPhase {
  readonly status: { readonly release?: object };
}

interface EtcdMember {
  readonly ID: string;
  readonly name: string;
}

async function processOf(bed: Testbed, ordinal: number): Promise<SeenObject> {
  return bed.server.get<SeenObject>("process", `etcd-serve-etcd-members-${ordinal}`);
}

/** The emulated host on which a member runs. */
async function hostOf(bed: Testbed, ordinal: number): Promise<EmulatedHost> {
  const name = (await processOf(bed, ordinal)).status?.resourceName ?? "";
  return bed.host((await bed.server.get<{ spec: { address: string } }>("resource", name)).spec.address);
}

async function pidsOf(bed: Testbed, ordinals: readonly number[]): Promise<readonly unknown[]> {
  return Promise.all(ordinals.map(async (ordinal) => (await processOf(bed, ordinal)).status?.pid));
}

/** etcd's HTTP gateway on a member. */
async function askEtcd<T>(bed: Testbed, ordinal: number, path: string, body: object): Promise<T> {
  const url = `http://${(await hostOf(bed, ordinal)).address}:2379/v3/${path}`;
  const answer = await fetch(url, { method: "POST", body: JSON.stringify(body), signal: AbortSignal.timeout(5000) });
  expect(answer.status).toBe(200);
  return (await answer.json()) as T;
}

async function etcdMembers(bed: Testbed, ordinal: number): Promise<readonly EtcdMember[]> {
  const { members } = await askEtcd<{ members: readonly EtcdMember[] }>(bed, ordinal, "cluster/member/list", {});
  return members.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
