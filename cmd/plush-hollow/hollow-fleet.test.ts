import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { HollowFleet } from "../../pkg/agent/index.ts";
import { claimOrder, documentOf, processOrder } from "../../pkg/agent/testing/orders.ts";
import { systemClock } from "../../pkg/clock/index.ts";
import { type Fabric, makeFabric } from "../../pkg/fabric/index.ts";
import { silentLogger } from "../../pkg/log/index.ts";
import { Metrics } from "../../pkg/metrics/index.ts";
import type { AgentDocument, ProcessReport } from "../../pkg/protocol/index.ts";
import { makeSealKeys, seal } from "../../pkg/seal/index.ts";
import { hollowConnector } from "./hollow-connector.ts";

const machine = "hollow-1";
const uid = "resource";
let fleet: HollowFleet;
let fabric: Fabric;

/** The server's real side of the link to a machine that runs one process. */
beforeEach(async () => {
  const directory = mkdtempSync("/tmp/plush-hollow-");
  const socket = join(directory, "s");
  fleet = new HollowFleet({ names: [machine] });
  await fleet.listen(socket);
  const keys = makeSealKeys();
  fabric = makeFabric({
    clock: systemClock,
    log: silentLogger,
    metrics: new Metrics(),
    blobs: { open: async () => undefined },
    signDocument: (bytes) => seal(Buffer.from(bytes).toString("utf8"), keys.privateKey).signature,
    serverKey: keys.publicKey,
    clusterUid: "cluster",
    term: 1,
    agentBundle: { version: "hollow" },
    random: Math.random,
  });
  fabric.attach({
    resourceUid: uid,
    resourceName: machine,
    fingerprint: "",
    connector: hollowConnector([socket], machine),
    address: machine,
    detection: { beatMs: 200, missed: 3, probeMs: 300 },
    orphanAfterMs: 600_000,
  });
  fabric.setDocument(documentFor("Run", 1));
  await becomes("Ready");
  return async () => {
    await fabric.close();
    await fleet.close();
    rmSync(directory, { recursive: true, force: true });
  };
});

function documentFor(intent: "Run" | "Remove", generation: number): AgentDocument {
  return documentOf([claimOrder({ intent, processes: [processOrder({ restartPolicy: "Always" })] })], { generation });
}

function theProcess(): ProcessReport | undefined {
  const seen = fabric.observe(uid);
  return seen.state === "connected" ? [...seen.claims.values()][0]?.processes[0] : undefined;
}

const becomes = (state: string): Promise<void> =>
  expect.poll(() => theProcess()?.state, { timeout: 15_000 }).toBe(state);

const isJudged = (verdict: string): Promise<void> =>
  expect.poll(() => fabric.observe(uid), { timeout: 15_000 }).toMatchObject({ state: "lost", verdict });

const bootIdentity = (): string => {
  const seen = fabric.observe(uid);
  return seen.state === "connected" ? seen.host.bootIdentity : "";
};

test.each([
  ["silent", "dead"],
  ["frozen", "unreachable"],
] as const)("a machine that is %s is judged %s; healed, it has what it had", async (fault, verdict) => {
  const before = theProcess();
  fleet.inflict(fault, machine);
  await isJudged(verdict);
  fleet.inflict("heal", machine);
  await becomes("Ready");
  expect(theProcess()).toMatchObject({ pid: before?.pid, startedAt: before?.startedAt });
});

test("an agent that ends is started again, and finds its process running", async () => {
  const before = theProcess();
  const steps: unknown[] = [];
  onTestFinished(fabric.subscribe(() => steps.push(fabric.observe(uid).state)));
  fleet.inflict("exit", machine);
  await expect.poll(() => steps, { timeout: 15_000 }).toContain("lost");
  await becomes("Ready");
  expect(theProcess()?.pid).toBe(before?.pid);
});

test("a machine that was off is another boot, and its process runs anew", async () => {
  const [before, boot] = [theProcess(), bootIdentity()];
  fleet.inflict("off", machine);
  await isJudged("dead");
  fleet.inflict("heal", machine);
  await becomes("Ready");
  expect(bootIdentity()).not.toBe(boot);
  expect(theProcess()?.pid).not.toBe(before?.pid);
});

test("a machine that flaps comes and goes", async () => {
  fleet.flap(1500, machine);
  await isJudged("dead");
  await becomes("Ready");
  await isJudged("dead");
  fleet.inflict("heal", machine);
  await becomes("Ready");
});

test("what runs on an unwell machine goes on and is not ready, until that is healed", async () => {
  const before = theProcess();
  fleet.inflict("unwell", machine);
  await becomes("Running");
  expect(theProcess()?.pid).toBe(before?.pid);
  fleet.inflict("heal", machine);
  await becomes("Ready");
});

test("a slow one is no lost one", async () => {
  fleet.inflict("slow", machine);
  fabric.setDocument(documentFor("Remove", 2));
  await expect
    .poll(
      () =>
        [...((fabric.observe(uid) as { claims?: ReadonlyMap<string, { state: string }> }).claims?.values() ?? [])][0]
          ?.state,
      {
        timeout: 15_000,
      },
    )
    .toBe("Removed");
});
