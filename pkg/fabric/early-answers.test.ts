import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../clock/index.ts";
import { silentLogger } from "../log/index.ts";
import { Metrics } from "../metrics/index.ts";
import type { EarlyAnswers } from "../protocol/index.ts";
import { type MachineAnswer, tellEarly } from "./early-answers.ts";
import type { Fabric } from "./fabric.ts";
import { makeFabric } from "./make-fabric.ts";
import { FakeAgent, FakeConnector } from "./testing/fake-agent.ts";

const uid = "uid-1";
let directory: string;
let agent: FakeAgent;
let connector: FakeConnector;
let fabric: Fabric;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "plush-fabric-"));
  connector = new FakeConnector(join(directory, "agent.sock"));
  agent = new FakeAgent();
  await agent.listen(join(directory, "agent.sock"));
  fabric = makeFabric({
    clock: systemClock,
    log: silentLogger,
    metrics: new Metrics(),
    blobs: { open: async () => undefined },
    signDocument: () => "signature",
    serverKey: "key",
    clusterUid: "cluster",
    term: 3,
    agentBundle: { version: "v1" },
    random: () => 0,
  });
});

afterEach(async () => {
  await fabric.close();
  await agent.kill();
  await rm(directory, { recursive: true, force: true });
});

const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 10_000, interval: 20 });

async function attach(fingerprint = "1", address = "127.0.0.1"): Promise<void> {
  const detection = { beatMs: 100, missed: 3, probeMs: 50 };
  const named = { resourceUid: uid, resourceName: "n1", fingerprint, connector, address };
  fabric.attach({ ...named, detection, orphanAfterMs: 1e9 });
  await eventually(() => fabric.observe(uid).state).toBe("connected");
}

function answer(rank: number, resourceUid = uid): MachineAnswer {
  const names = { claimUid: `c${rank}`, processUid: `p${rank}`, name: "start", entryAt: "2026-01-01T00:00:00.000Z" };
  const outcome = { outcome: "Pass", entered: 2, late: false, reason: "all" } as const;
  return { resourceUid, answer: { ...names, ...outcome, epoch: 1, round: 1, rank } };
}

test("B-BAR-20: answers go over one request for as long as the link lasts, signed, with the term and the revision", async () => {
  expect(fabric.takesAnswers(uid)).toBe(false);
  fabric.answerEarly([answer(1)], 4);
  await attach();
  expect(fabric.takesAnswers(uid)).toBe(true);
  fabric.answerEarly([answer(1), answer(2, "another machine")], 5);
  fabric.answerEarly([answer(3)], 6);
  await eventually(() => agent.answers.length).toBe(2);
  const head = { kind: "EarlyAnswers", clusterUid: "cluster", term: 3 };
  expect(agent.answers).toEqual([
    { ...head, generation: 5, answers: [answer(1).answer] },
    { ...head, generation: 6, answers: [answer(3).answer] },
  ]);
  expect(agent.requests.filter((route) => route === "POST /v1/answers")).toHaveLength(1);
});

test("B-BAR-22: an agent that does not know the route is asked once on each link, and told by documents alone", async () => {
  agent.takesAnswers = false;
  await attach();
  fabric.answerEarly([answer(1)], 5);
  await eventually(() => fabric.takesAnswers(uid)).toBe(false);
  fabric.answerEarly([answer(2)], 6);
  expect(agent.requests.filter((route) => route === "POST /v1/answers")).toHaveLength(1);
  expect(fabric.observe(uid).state).toBe("connected");
  // Replaced by one that does.
  agent.takesAnswers = true;
  await attach("2", "127.0.0.2");
  await eventually(() => fabric.takesAnswers(uid)).toBe(true);
  fabric.answerEarly([answer(3)], 7);
  await eventually(() => agent.answers.map(({ generation }) => generation)).toEqual([7]);
});

test("a signature serves several machines, each of which gets a line that names its processes", () => {
  const lines = new Map<string, string[]>();
  const sessions = new Map(
    Array.from({ length: 20 }, (_, at): [string, { answerEarly: (line: Buffer) => void }] => {
      const told: string[] = [];
      lines.set(`m${at}`, told);
      return [`m${at}`, { answerEarly: (line) => void told.push(line.toString()) }];
    }),
  );
  let signatures = 0;
  const answers = [...sessions.keys()].map((machine, at) => answer(at, machine));
  tellEarly([...answers, answer(99, "away")], 5, {
    clusterUid: "cluster",
    term: 1,
    sessionOf: (machine) => sessions.get(machine),
    sign: (payload) => {
      signatures++;
      return { payload, signature: "s" };
    },
  });
  expect(signatures).toBe(3);
  for (const [at, told] of [...lines.values()].entries()) {
    expect(told).toHaveLength(1);
    const { payload } = JSON.parse(told[0] ?? "") as { payload: string };
    expect((JSON.parse(payload) as EarlyAnswers).answers.map(({ rank }) => rank)).toContain(at);
  }
});
