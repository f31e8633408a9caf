import { type ChildProcess, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EmulatedHost } from "../../pkg/emulation/index.ts";
import { eventually } from "../support/eventually.ts";
import type { SeenObject } from "../support/objects.ts";
import { plushProgram } from "../support/plush-server.ts";
import { emulationIsPossible } from "../support/programs.ts";
import { startTestbed, type Testbed } from "../support/testbed.ts";
import { growTree, interiorOf, parentsIn } from "../support/tree-view.ts";

const hosts = 30;
const fanOut = 4;
const replicas = 20;
const packageBytes = 16 << 20;
const generousMs = 90_000;

const payload = randomBytes(packageBytes);
const digest = createHash("sha256").update(payload).digest("hex");
const [sumsFile, goFile, passedFile, answersFile] = ["sums", "go", "passed", "answers"].map(
  (name) => `/var/plush-test-${name}`,
);

// Meets the others at a barrier; the first of them comes late.
const meet = `
import os, socket, time
ordinal = os.environ["PLUSH_ORDINAL"]
while ordinal == "0" and not os.path.exists("${goFile}"):
    time.sleep(0.1)
call = socket.socket(socket.AF_UNIX)
call.connect(os.environ["PLUSH_SOCKET"])
call.sendall(b"POST /v1/barriers/step/enter HTTP/1.1\\r\\nhost: plush\\r\\nconnection: close\\r\\ncontent-length: 2\\r\\n\\r\\n{}")
answer = call.recv(4096)
assert answer.startswith(b"HTTP/1.1 200"), answer
with open("${passedFile}", "a") as file:
    file.write(ordinal + "\\n")
time.sleep(100000)
`;

const manifest = `
apiVersion: plush.dev/v1
kind: Software
metadata: {name: payload}
spec: {source: {file: payload}}
---
apiVersion: plush.dev/v1
kind: Barrier
metadata: {name: step}
spec: {applicationName: crowd, component: members}
---
apiVersion: plush.dev/v1
kind: Application
metadata: {name: crowd}
spec:
  components:
  - {name: members, replicas: ${replicas}, software: [payload]}
  phases:
  - name: check
    processes:
    - name: check
      command: [sh, -c, 'echo "$PLUSH_ORDINAL $(sha256sum <payload/data)" >>${sumsFile}']
      restartPolicy: Never
  - name: run
    after: [check]
    processes:
    - name: count
      restartPolicy: Always
      command: [sh, -c, 'i=0; while :; do i=$((i + 1)); echo "line $i"; sleep 0.2; done']
    - name: meet
      restartPolicy: Always
      command: [/usr/bin/python3, meet.py]
      files: [{path: meet.py, content: ${JSON.stringify(meet)}}]
`;

describe.skipIf(!emulationIsPossible())(`parents die while ${hosts} machines work (emulated hosts)`, () => {
  let bed: Testbed;
  let scratch: string;
  beforeAll(async () => {
    scratch = mkdtempSync("/tmp/plush-tree-deaths-");
    bed = await startTestbed({ hosts });
    await bed.makePool();
    await growTree(bed, fanOut);
  });
  afterAll(async () => {
    await bed?.close();
    rmSync(scratch, { recursive: true, force: true });
  });

  /** Takes the power from so many of those with most children. */
  async function kill(count: number, spared: readonly string[] = []): Promise<readonly string[]> {
    const lost = (await interiorOf(bed)).filter((name) => !spared.includes(name)).slice(0, count);
    expect(lost).toHaveLength(count);
    await Promise.all(lost.map((name) => bed.host(name).powerOff()));
    return lost;
  }

  const living = (): readonly EmulatedHost[] => bed.hosts.filter(({ isRunning }) => isRunning);
  const claims = (): Promise<readonly SeenObject[]> => bed.server.list<SeenObject>("claims");

  async function linesOf(file: string | undefined): Promise<ReadonlyMap<string, readonly string[]>> {
    const found = await Promise.all(
      living().map(async (host) => {
        const text = await host.exec(["sh", "-c", `cat ${file} 2>/dev/null || true`]);
        return [host.name, text.split("\n").filter((line) => line !== "")] as const;
      }),
    );
    return new Map(found);
  }

  /** Which ordinals are on which machine now. */
  async function places(): Promise<ReadonlyMap<string, string>> {
    return new Map((await claims()).map(({ spec }) => [String(spec.ordinal), spec.resourceName ?? ""]));
  }

  it("B-TREE-12: while a package is on its way: it gets everywhere whole, and is used once", async () => {
    mkdirSync(join(scratch, "payload"));
    writeFileSync(join(scratch, "payload", "data"), payload);
    writeFileSync(join(scratch, "crowd.yaml"), manifest);
    const installed = async (): Promise<number> =>
      (await claims()).filter(({ status }) => status?.state !== undefined && status.state !== "Installing").length;
    const applying = bed.server.plush("apply", "-f", join(scratch, "crowd.yaml"));
    await eventually(async () => expect(await installed()).toBeGreaterThan(0), generousMs, 50);
    const lost = await kill(2);
    expect(await installed()).toBeLessThan(replicas);
    await applying;
    await bed.server.plush("wait", "application/crowd", "--for=condition=Ready", "--timeout=120s");
    const sums = await linesOf(sumsFile);
    for (const [ordinal, machine] of await places()) {
      expect(lost).not.toContain(machine);
      expect(sums.get(bed.host(machine).name), ordinal).toEqual([`${ordinal} ${digest}  -`]);
    }
  });

  it("B-TREE-13: while logs are followed and members wait at a barrier: each line comes once, each member passes once", async () => {
    const where = await places();
    const parents = await parentsIn(bed);
    const holder = where.get("0") ?? "";
    const doomed = (await interiorOf(bed)).filter((name) => name !== holder).slice(0, 2);
    // Those that are read through one of the doomed, and live on.
    const read = [...where].filter(([, name]) => doomed.includes(parents.get(name) ?? "") && !doomed.includes(name));
    expect(read.length).toBeGreaterThan(0);
    const logs = read.map(([ordinal]) => new Following(bed, `crowd-run-count-members-${ordinal}`));
    await eventually(() => expect(Math.min(...logs.map(({ numbers }) => numbers.length))).toBeGreaterThan(5), 30_000);
    const lost = await kill(2, [holder]);
    expect([...lost].sort()).toEqual([...doomed].sort());
    const before = logs.map(({ numbers }) => numbers.length);
    await eventually(() => {
      for (const [index, log] of logs.entries()) expect(log.numbers.length).toBeGreaterThan((before[index] ?? 0) + 25);
    }, generousMs);
    for (const log of logs) {
      log.end();
      expect(log.numbers).toEqual(log.numbers.map((_, index) => index + 1));
    }
    expect([...(await linesOf(passedFile)).values()].flat()).toEqual([]);
    await bed.host(holder).exec(["touch", goFile ?? ""]);
    await eventually(async () => {
      const passed = await linesOf(passedFile);
      for (const [ordinal, machine] of await places())
        expect(passed.get(bed.host(machine).name), `${ordinal} on ${machine}`).toEqual([ordinal]);
    }, generousMs);
  });

  it("B-TREE-14: half of those between during a broadcast: every living machine runs the command once, and answers once", async () => {
    const interior = await interiorOf(bed);
    const script = `echo begun >>${answersFile}; for i in 1 2 3 4 5 6; do echo $i; sleep 0.5; done`;
    const asked = [...living()];
    const broadcast = bed.server.run(["run", "--pool", "lab", "--output", "json", "--", "sh", "-c", script]);
    await eventually(
      async () => {
        const begun = await linesOf(answersFile);
        expect([...begun.values()].filter((lines) => lines.length > 0)).toHaveLength(asked.length);
      },
      30_000,
      50,
    );
    const lost = (await kill(Math.floor(interior.length / 2))).map((name) => bed.host(name).name);
    const answers = (await broadcast).stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Answer);
    const names = (await bed.server.list<{ metadata: { name: string } }>("resources")).map(
      ({ metadata }) => metadata.name,
    );
    expect(answers.map(({ resource }) => resource).sort()).toEqual([...names].sort());
    for (const { resource, exitCode, stdout } of answers) {
      const host = bed.host(resource);
      if (host.isRunning) expect([resource, exitCode, stdout]).toEqual([resource, 0, "1\n2\n3\n4\n5\n6\n"]);
    }
    const begun = await linesOf(answersFile);
    for (const host of asked) if (!lost.includes(host.name)) expect(begun.get(host.name), host.name).toEqual(["begun"]);
  });
});

interface Answer {
  readonly resource: string;
  readonly exitCode?: number;
  readonly stdout: string;
}

/** `plush logs --follow` of a process that counts, by the way of many logs. */
class Following {
  readonly #child: ChildProcess;
  #text = "";

  constructor(bed: Testbed, name: string) {
    this.#child = spawn(plushProgram, ["logs", "--follow", "--prefix", `process/${name}`], {
      env: bed.server.environment(),
    });
    this.#child.stdout?.on("data", (chunk) => {
      this.#text += chunk;
    });
  }

  get numbers(): readonly number[] {
    return [...this.#text.matchAll(/line (\d+)\n/g)].map(([, number]) => Number(number));
  }

  end(): void {
    this.#child.kill();
  }
}
