import { readFileSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../clock/index.ts";
import { type Fabric, makeFabric } from "../fabric/index.ts";
import { FakeConnector } from "../fabric/testing/fake-agent.ts";
import { silentLogger } from "../log/index.ts";
import { Metrics } from "../metrics/index.ts";
import type { PeerEntry, PeersDocument } from "../protocol/index.ts";
import { signatureOf } from "../seal/index.ts";
import { socketPath } from "./socket/socket-path.ts";
import { claimOrder, claimUid, documentOf, processOrder, processUid } from "./testing/orders.ts";
import { ask } from "./testing/socket-scene.ts";
import { TestAgent } from "./testing/test-agent.ts";

const eventually = { timeout: 20_000, interval: 20 };
const count = 1000;

const entry = (ordinal: number, epoch: number): PeerEntry => ({
  ...{ ordinal, address: `10.0.${ordinal >> 8}.${ordinal & 255}`, ports: { main: 5000 + ordinal }, epoch },
  ...{ resource: `machine-${ordinal}`, ready: true },
});
const members = Array.from({ length: count }, (_, ordinal) => entry(ordinal, 1));
/** Each revision has another replaced. */
const peersAt = (revision: number): PeersDocument => ({
  revision,
  components: { servers: members.with(revision, entry(revision, 2)) },
});

/** The server's real side of the link to a real agent; `bytes`: how many it has sent so far. */
function startServer(agent: TestAgent) {
  const metrics = new Metrics();
  const fabric: Fabric = makeFabric({
    ...{ clock: systemClock, log: silentLogger, metrics, random: Math.random, term: 1 },
    blobs: { open: async () => undefined },
    signDocument: (bytes) => signatureOf(bytes, agent.keys.privateKey),
    serverKey: agent.keys.publicKey,
    clusterUid: "cluster",
    agentBundle: { version: "test" },
  });
  onTestFinished(() => fabric.close());
  fabric.attach({
    ...{ resourceUid: "resource", resourceName: "m1", fingerprint: "", address: "127.0.0.1", orphanAfterMs: 1e9 },
    connector: new FakeConnector(agent.path("run", "agent.sock")),
    detection: { beatMs: 100, missed: 30, probeMs: 1000 },
  });
  const bytes = async (): Promise<number> => {
    const line = (await metrics.text()).body
      .split("\n")
      .find((text) => text.startsWith('plush_link_bytes_total{direction="sent"'));
    return Number(line?.split(" ").at(-1));
  };
  return { fabric, bytes };
}

const order = claimOrder({ processes: [processOrder()] });

function put(fabric: Fabric, generation: number, peers: PeersDocument): void {
  fabric.setDocument(documentOf([{ ...order, peers }], { generation }));
}

const fileOf = (agent: TestAgent): string => readFileSync(agent.path("claims", claimUid, "peers.json"), "utf8");
const fileFor = (peers: PeersDocument): string =>
  `${JSON.stringify({ revision: peers.revision, self: { component: "servers", ordinal: 0 }, ...{ components: peers.components } })}\n`;

test("B-DOC-5: a thousand peers are told in a few bytes when one changes; processes see them as ever", async () => {
  const agent = new TestAgent();
  await agent.start();
  const { fabric, bytes } = startServer(agent);
  put(fabric, 1, peersAt(1));
  await expect.poll(() => fileOf(agent), eventually).toBe(fileFor(peersAt(1)));
  const socket = socketPath(agent.path("s"), processUid);
  const now = () =>
    ask(socket, "GET", "/v1/peers").then(
      ({ body }) => body,
      () => undefined,
    );
  await expect.poll(now, eventually).toEqual(peersAt(1));
  const changed = ask(socket, "GET", "/v1/peers?wait=1");
  const before = await bytes();
  put(fabric, 2, peersAt(2));
  expect((await changed).body).toEqual(peersAt(2));
  await expect.poll(() => fileOf(agent), eventually).toBe(fileFor(peersAt(2)));
  expect((await bytes()) - before).toBeLessThan(5000);
  expect(fileOf(agent).length).toBeGreaterThan(100_000);
});

test("B-DOC-5: an agent that is started again goes on from the peers on its disk, and so does a server that knows nothing", async () => {
  const agent = new TestAgent();
  await agent.start();
  const first = startServer(agent);
  put(first.fabric, 1, peersAt(1));
  await expect.poll(() => fileOf(agent), eventually).toBe(fileFor(peersAt(1)));
  const client = await agent.connect();
  await expect.poll(() => client.process()?.state, eventually).toBe("Ready");
  await agent.stop();
  await agent.start();
  const before = await first.bytes();
  put(first.fabric, 2, peersAt(2));
  await expect.poll(() => fileOf(agent), eventually).toBe(fileFor(peersAt(2)));
  expect((await first.bytes()) - before).toBeLessThan(5000);
  await first.fabric.close();
  const second = startServer(agent);
  // The same members under another number, as a server has them that has begun anew.
  const renumbered = { ...peersAt(2), revision: 7 };
  put(second.fabric, 7, renumbered);
  await expect.poll(() => fileOf(agent), eventually).toBe(fileFor(renumbered));
  expect(await second.bytes()).toBeLessThan(5000);
});

test("B-DOC-4: an agent that has lost what its server believes it to hold says so, and is sent all of it", async () => {
  const agent = new TestAgent();
  await agent.start();
  const { fabric, bytes } = startServer(agent);
  put(fabric, 1, peersAt(1));
  await expect.poll(() => fileOf(agent), eventually).toBe(fileFor(peersAt(1)));
  // A document behind this server's back, as by a lost answer of before: it names no peers.
  const other = await agent.connect();
  expect((await other.put(documentOf([order], { generation: 2 }))).status).toBe(200);
  await expect.poll(() => fileOf(agent), eventually).toBe(fileFor(order.peers));
  const before = await bytes();
  put(fabric, 3, peersAt(3));
  await expect.poll(() => fileOf(agent), eventually).toBe(fileFor(peersAt(3)));
  expect((await bytes()) - before).toBeGreaterThan(10_000);
});
