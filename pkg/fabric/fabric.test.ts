import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { ownTime } from "../../test/support/own-time.ts";
import { systemClock } from "../clock/index.ts";
import { silentLogger } from "../log/index.ts";
import { Metrics } from "../metrics/index.ts";
import { type AgentDocument, type AgentMessage, protocolVersion } from "../protocol/index.ts";
import { ConnectError, type Fabric, type HostConfig } from "./fabric.ts";
import { makeFabric } from "./make-fabric.ts";
import { FakeAgent, FakeConnector } from "./testing/fake-agent.ts";

const beatMs = 100;
const uid = "uid-1";
const blob = Buffer.alloc(300_000, "plush");
const digest = "sha256:aa";

let directory: string;
let agent: FakeAgent;
let connector: FakeConnector;
let fabric: Fabric;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "plush-fabric-"));
  connector = new FakeConnector(join(directory, "agent.sock"));
  agent = await startAgent();
  fabric = startFabric();
});

afterEach(async () => {
  await fabric.close();
  await agent.kill();
  await rm(directory, { recursive: true, force: true });
});

async function startAgent(): Promise<FakeAgent> {
  const started = new FakeAgent(beatMs);
  await started.listen(join(directory, "agent.sock"));
  return started;
}

function startFabric(): Fabric {
  return makeFabric({
    clock: systemClock,
    log: silentLogger,
    metrics: new Metrics(),
    blobs: {
      open: async (wanted, offset) =>
        wanted === digest ? { size: blob.length, stream: Readable.from([blob.subarray(offset)]) } : undefined,
    },
    signDocument: () => "signature",
    serverKey: "key",
    clusterUid: "cluster",
    term: 1,
    agentBundle: { version: "v1" },
    random: () => 0,
    observeMs: 0,
  });
}

function host(change: Partial<HostConfig> = {}): HostConfig {
  return {
    resourceUid: uid,
    resourceName: "n1",
    fingerprint: "1",
    connector,
    address: "127.0.0.1",
    detection: { beatMs, missed: 3, probeMs: 50 },
    orphanAfterMs: 1e9,
    ...change,
  };
}

function document(generation: number, names: readonly string[]): AgentDocument {
  const claims = names.map((name) => ({
    uid: name,
    namespace: "default",
    name,
    component: "c",
    epoch: 1,
    intent: "Run" as const,
    software: [],
    processes: [],
    peers: { revision: 0, components: {} },
    cleanup: { timeoutMs: 1 },
  }));
  return { clusterUid: "cluster", resourceUid: uid, resourceName: "n1", term: 1, generation, claims };
}

async function attached(): Promise<void> {
  fabric.attach(host());
  await stateBecomes("connected");
}

/** Generous: other tests may have all of the machine. */
const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 10_000, interval: 20 });
const stateBecomes = (state: string) => eventually(() => fabric.observe(uid).state).toBe(state);
const verdictBecomes = (verdict: string) => eventually(() => fabric.observe(uid)).toMatchObject({ verdict });

test("a document is delivered, again only when its content changed or the agent holds another", async () => {
  fabric.setDocument(document(5, ["a"]));
  await attached();
  await eventually(() => agent.generation).toBe(5);
  fabric.setDocument(document(6, ["a"]));
  fabric.setDocument(document(7, ["a", "b"]));
  await eventually(() => agent.generation).toBe(7);
  expect(agent.documents.map((sent) => sent.generation)).toEqual([5, 7]);

  fabric.attach(host({ fingerprint: "2", address: "127.0.0.2" }));
  await eventually(() => connector.replaced).toEqual(["settings changed"]);
  await stateBecomes("connected");
  expect(agent.documents).toHaveLength(2);

  agent.generation = 1;
  fabric.attach(host({ fingerprint: "3", address: "127.0.0.3" }));
  await eventually(() => agent.generation).toBe(7);
});

test("changes of what the agent reports reach subscribers; beats do not", async () => {
  let calls = 0;
  await attached();
  fabric.subscribe(() => calls++);
  const claim = { uid: "c1", name: "a", namespace: "default", epoch: 1, state: "Configured" as const, orphan: false };
  agent.send({ type: "beat", seq: 90 });
  agent.send({
    type: "change",
    seq: 91,
    claims: [{ ...claim, workingDirectory: "/w", software: [], processes: [] }],
    gone: [],
  });
  await eventually(() => fabric.observe(uid)).toMatchObject({ claims: new Map([["c1", { state: "Configured" }]]) });
  expect(calls).toBe(1);
  agent.send({ type: "change", seq: 92, claims: [], gone: ["c1"] });
  await eventually(() => fabric.observe(uid)).toMatchObject({ claims: new Map() });
  fabric.acknowledge(uid, "c1");
  await eventually(() => agent.acknowledged).toEqual(["c1"]);
});

test("who subscribes is told whether there is more in it than how processes are", async () => {
  const told: string[] = [];
  await attached();
  const stop = fabric.subscribe((_uid, news) => told.push(news));
  const process = { uid: "p1", name: "p", revision: "r", epoch: 1, restarts: 0, ports: {} };
  const claim = { uid: "c1", name: "a", namespace: "default", epoch: 1, orphan: false, workingDirectory: "/w" };
  let seq = 90;
  const tell = async (claims: readonly object[], more: object = {}): Promise<string[]> => {
    const before = fabric.observe(uid);
    agent.send({ type: "change", seq: seq++, claims, gone: [], ...more } as AgentMessage);
    await eventually(() => fabric.observe(uid) !== before).toBe(true);
    await eventually(() => told.length).toBeGreaterThan(0);
    return told.splice(0);
  };
  const running = (state: string) => ({
    ...claim,
    state: "Configured",
    software: [],
    processes: [{ ...process, state }],
  });
  expect(await tell([running("Running")])).toEqual(["machine"]);
  expect(await tell([running("Ready")])).toEqual(["runs"]);
  expect(await tell([running("Ready")], { document: { term: 1, generation: 4 } })).toEqual(["runs"]);
  expect(await tell([running("Exited")], { needs: [] })).toEqual(["machine"]);
  expect(await tell([{ ...running("Exited"), state: "Stopping" }])).toEqual(["machine"]);
  expect(await tell([], { gone: ["c1"] })).toEqual(["machine"]);
  stop();
});

test("packages that the agent needs are sent from where the last attempt ended", async () => {
  agent.needs = [digest];
  agent.blobs.set(digest, blob.subarray(0, 1000));
  await attached();
  await eventually(() => agent.blobs.get(digest)?.equals(blob)).toBe(true);
});

test("B-PRE-2: packages are put into a cache ahead of need, and into that of an agent that was started again", async () => {
  await attached();
  const pack = { name: "pack", digest, strip: 0 };
  fabric.prefetch(uid, [pack, { ...pack, digest: `sha256:${"0".repeat(64)}` }]);
  await eventually(() => agent.blobs.get(digest)?.equals(blob)).toBe(true);
  // What the server does not have is not there.
  await eventually(() => fabric.observe(uid)).toMatchObject({ prefetched: [digest] });
  connector.onConnect = async () => {
    agent = await startAgent();
  };
  await agent.kill();
  await eventually(() => agent.blobs.get(digest)?.equals(blob)).toBe(true);
  fabric.prefetch(uid, []);
  await eventually(() => fabric.observe(uid)).toMatchObject({ prefetched: [] });
  await eventually(() => agent.prefetches.at(-1)).toEqual([]);
});

test("B-PRE-5: prefetched is what the agent has unpacked; what somebody needs meanwhile is not kept waiting", async () => {
  await attached();
  let finish = (): void => undefined;
  agent.unpacked = new Promise((resolve) => {
    finish = resolve;
  });
  const pack = { name: "pack", digest, strip: 1, format: "tar" } as const;
  fabric.prefetch(uid, [pack, { ...pack, name: "other", strip: 2 }]);
  await eventually(() => agent.prefetches).toEqual([["pack", "other"]]);
  expect(fabric.observe(uid)).toMatchObject({ prefetched: [] });
  agent.blobs.delete(digest);
  agent.send({ type: "change", seq: 90, claims: [], gone: [], needs: [digest] });
  await eventually(() => agent.blobs.get(digest)?.equals(blob)).toBe(true);
  // Said again it is nothing new.
  fabric.prefetch(uid, [pack, { ...pack, name: "other", strip: 2 }]);
  finish();
  await eventually(() => fabric.observe(uid)).toMatchObject({ prefetched: [digest] });
  expect(agent.prefetches).toHaveLength(1);
});

test("a killed agent is found at once and reached again when it is back", async () => {
  await attached();
  const verdicts: unknown[] = [];
  fabric.subscribe(() => {
    const seen = fabric.observe(uid);
    verdicts.push(seen.state === "lost" ? seen.verdict : seen.state);
  });
  connector.onConnect = async (request) => {
    request.onStep("starting agent");
    await verdictBecomes("agentDead");
    agent = await startAgent();
  };
  await agent.kill();
  await eventually(() => [...new Set(verdicts)]).toEqual(["agentDead", "connected"]);
});

test("a silent machine is dead within missed beats and one look, and its old link is gone", async () => {
  await attached();
  const begin = ownTime();
  connector.sees = "silent";
  agent.isFrozen = true;
  await verdictBecomes("dead");
  expect(ownTime() - begin).toBeLessThan(1000);
  expect(fabric.observe(uid)).toMatchObject({ state: "lost", last: { host: { bootIdentity: "boot-1" } } });
  await eventually(() => fabric.observe(uid)).toMatchObject({ failure: { reason: "Unreachable" } });
  agent.isFrozen = false;
  connector.sees = "answered";
  await stateBecomes("connected");
});

test("B-DET-8: a machine that only the server does not see is unreachable, not dead: another agent is asked", async () => {
  await attached();
  const peer = new FakeAgent(beatMs);
  onTestFinished(() => peer.kill());
  await peer.listen(join(directory, "peer.sock"));
  fabric.attach(
    host({ resourceUid: "uid-2", resourceName: "n2", connector: new FakeConnector(join(directory, "peer.sock")) }),
  );
  await eventually(() => fabric.observe("uid-2").state).toBe("connected");
  peer.sees = "answered";
  connector.sees = "silent";
  agent.isFrozen = true;
  await verdictBecomes("unreachable");
  expect(fabric.observe(uid)).toMatchObject({ evidence: expect.stringContaining("from n2 they are answered") });
  expect(peer.looks[0]).toBe("10.0.0.1:22");
  peer.sees = "silent";
  await verdictBecomes("dead");
  agent.isFrozen = false;
});

test("a slow agent is unreachable until its next beat over the old link", async () => {
  await attached();
  const { attempts } = connector;
  agent.isFrozen = true;
  await verdictBecomes("unreachable");
  agent.isFrozen = false;
  await stateBecomes("connected");
  expect(connector.attempts).toBe(attempts);
});

test("an agent of another build is replaced", async () => {
  agent.version = "v0";
  connector.onConnect = async (request) => {
    if (request.replace !== undefined) agent.version = "v1";
  };
  await attached();
  expect(connector.replaced).toEqual(["agent is of version v0"]);
});

test.each([1, 2])("B-DET-12: an agent of a protocol that is older by %i is replaced in place", async (older) => {
  agent.version = "v0";
  agent.protocol = protocolVersion - older;
  connector.onConnect = async (request) => {
    if (request.replace === undefined) return;
    agent.version = "v1";
    agent.protocol = protocolVersion;
  };
  await attached();
  expect(connector.replaced).toEqual(["agent is of version v0"]);
});

test("B-DET-12: an agent of a newer protocol is left alone, and the server says why", async () => {
  agent.protocol = protocolVersion + 1;
  fabric.attach(host());
  await eventually(() => fabric.observe(uid)).toMatchObject({ failure: { reason: "ProtocolMismatch" } });
  expect(connector.replaced).toEqual([]);
});

test("an agent of a newer term makes this server stand back", async () => {
  agent.term = 2;
  fabric.setDocument(document(5, []));
  fabric.attach(host());
  await eventually(() => fabric.observe(uid)).toMatchObject({ failure: { reason: "Superseded" } });
  expect(agent.documents).toEqual([]);
});

test("exec gives the stream; detach removes", async () => {
  await attached();
  const stream = await fabric.exec(uid, { argv: ["cat"], stdin: true, timeoutMs: 0 });
  stream.end("echo");
  expect((await stream.toArray()).join("")).toBe("echo");
  await fabric.detach(uid, { remove: true, signal: AbortSignal.timeout(20_000) });
  expect([agent.removed, connector.removals]).toEqual([[true], 1]);
  await expect(fabric.exec(uid, { argv: ["x"], stdin: false, timeoutMs: 0 })).rejects.toMatchObject({
    reason: "Unreachable",
  });
});

test("where an agent cannot be removed its machine is pursued again", async () => {
  await attached();
  connector.onRemove = async () => {
    await agent.kill();
    throw new ConnectError("Unreachable", "n1 does not answer");
  };
  connector.sees = "silent";
  const removal = fabric.detach(uid, { remove: true, signal: AbortSignal.timeout(20_000) });
  await expect(removal).rejects.toMatchObject({ reason: "Unreachable", message: "n1 does not answer" });
  await verdictBecomes("dead");
  connector.sees = "answered";
  agent = await startAgent();
  await stateBecomes("connected");
});

test("B-DET-13: what refuses for a moment, as an SSH server that is restarted, is not down", async () => {
  await attached();
  const seen: string[] = [];
  fabric.subscribe(() => {
    const now = fabric.observe(uid);
    if (now.state === "lost") seen.push(now.verdict);
  });
  connector.seesNext.push("refused");
  agent.cut();
  await stateBecomes("lost");
  await stateBecomes("connected");
  expect(connector.seesNext).toEqual([]);
  expect(new Set(seen)).toEqual(new Set(["judging"]));
});

test("a machine that was never reached gets a verdict from looks", async () => {
  await agent.kill();
  connector.sees = "refused";
  fabric.attach(host());
  await expect
    .poll(() => fabric.observe(uid))
    .toMatchObject({ state: "connecting", verdict: "down", failure: { reason: "Unreachable" } });
  agent = await startAgent();
});
