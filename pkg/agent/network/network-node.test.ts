import { createSocket } from "node:dgram";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { FakeClock } from "../../clock/index.ts";
import { estimateMs } from "../../coordinates/index.ts";
import { silentLogger } from "../../log/index.ts";
import type { NetworkOrder, NetworkPeer } from "../../protocol/index.ts";
import { makeSealKeys, seal } from "../../seal/index.ts";
import { NetworkNode } from "./network-node.ts";

const keys = makeSealKeys();
const word = Buffer.alloc(16, 7).toString("base64");
const soon = { timeout: 10_000, interval: 1 };

class TestNode {
  readonly uid: string;
  readonly clock = new FakeClock();
  readonly node: NetworkNode;
  changes = 0;
  #generation = 0;

  constructor(uid: string) {
    this.uid = uid;
    const config = {
      ...{ clusterUid: "cluster", resourceUid: uid, resourceName: uid, serverKey: keys.publicKey, version: "v" },
      ...{ address: "127.0.0.1", beatMs: 500, orphanAfterMs: 1000 },
    };
    const onChange = (): void => void this.changes++;
    this.node = new NetworkNode({ clock: this.clock, log: silentLogger, config, random: () => 0.5, onChange });
    onTestFinished(() => this.node.close());
  }

  order(peers: readonly NetworkPeer[], changes: Partial<NetworkOrder> = {}): Promise<void> {
    const order: NetworkOrder = {
      ...{ kind: "NetworkOrder", clusterUid: "cluster", resourceUid: this.uid, term: 1 },
      ...{ generation: ++this.#generation, word, port: 0, peers, ...changes },
    };
    return this.node.accept(seal(JSON.stringify(order), keys.privateKey));
  }

  get port(): number {
    return this.node.report?.port ?? 0;
  }

  peer(port = this.port): NetworkPeer {
    return { uid: this.uid, address: "127.0.0.1", port };
  }
}

/** Answers like a peer that is so far away, held up by a proxy on the way. */
async function delayedBy(ms: number, target: number): Promise<number> {
  const [front, back] = [createSocket("udp4"), createSocket("udp4")];
  onTestFinished(() => {
    front.close();
    back.close();
  });
  let asker = 0;
  front.on("message", (bytes, { port }) => {
    asker = port;
    setTimeout(() => back.send(bytes, target, "127.0.0.1"), ms);
  });
  back.on("message", (bytes) => front.send(bytes, asker, "127.0.0.1"));
  front.bind(0, "127.0.0.1");
  back.bind(0, "127.0.0.1");
  await Promise.all([once(front, "listening"), once(back, "listening")]);
  return front.address().port;
}

/** Lets a node ask so often; each answer is waited for, which takes as long as it takes. */
async function probe(node: TestNode, times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    const before = node.node.measured;
    await node.clock.advance(1000);
    await expect.poll(() => node.node.measured, soon).toBeGreaterThan(before);
  }
}

test("B-SENSE-3: agents find their coordinates by what they measure, and their estimate is what was measured", async () => {
  const [one, other] = [new TestNode("one"), new TestNode("other")];
  await one.order([]);
  await other.order([]);
  const far = await delayedBy(40, other.port);
  await one.order([other.peer(far)]);
  expect(one.node.report?.place).toBeUndefined();
  await probe(one, 60);
  const place = one.node.report?.place;
  // It was told first after eight, and moved on since: by less than what would be told, or half a minute ago.
  expect(place?.roundTrips["other"]).toBeGreaterThan(39);
  const origin = { x: 0, y: 0, z: 0, height: 0 };
  expect(place && estimateMs(place, origin)).toBeGreaterThan(30);
  expect(place && estimateMs(place, origin)).toBeLessThan(100);
}, 30_000);

test("a peer that does not answer is told of, and after minutes without any what was found out is stale", async () => {
  const [one, other] = [new TestNode("one"), new TestNode("other")];
  await one.order([]);
  await other.order([]);
  await one.order([other.peer()]);
  await probe(one, 40);
  await one.order([other.peer(9)]);
  for (let second = 0; second < 10; second++) await one.clock.advance(1000);
  await expect.poll(() => one.node.report?.silent, soon).toEqual(["other"]);
  expect(one.node.report?.place?.stale).toBeUndefined();
  for (let second = 0; second < 200; second++) await one.clock.advance(1000);
  await expect.poll(() => one.node.report?.place?.stale, soon).toBe(true);
  await one.order([other.peer()]);
  await probe(one, 2);
  expect(one.node.report).toMatchObject({ silent: [], place: { roundTrips: { other: expect.any(Number) } } });
  expect(one.node.report?.place).not.toHaveProperty("stale");
});

test("B-SENSE-5: an agent answers nobody who does not know its server's word, and takes orders of its server alone", async () => {
  const one = new TestNode("one");
  await one.order([]);
  const stranger = createSocket("udp4");
  onTestFinished(() => void stranger.close());
  const heard: Buffer[] = [];
  stranger.on("message", (bytes) => heard.push(bytes));
  const ask = (key: Buffer): void => {
    const question = Buffer.concat([key, Buffer.from([1]), Buffer.alloc(16, 5), Buffer.alloc(20)]);
    stranger.send(question, one.port, "127.0.0.1");
  };
  ask(Buffer.alloc(16, 6));
  stranger.send(Buffer.from("hello"), one.port, "127.0.0.1");
  ask(Buffer.alloc(16, 7));
  await expect.poll(() => heard.length, soon).toBe(1);
  // It gives back as much as it was given.
  expect(heard[0]?.length).toBe(16 + 1 + 16 + 20);
  await expect(one.order([], { resourceUid: "two" })).rejects.toThrow("meant for another machine");
  await expect(one.order([], { generation: 0 })).rejects.toThrow("older");
  const forged = seal(JSON.stringify({ kind: "NetworkOrder" }), makeSealKeys().privateKey);
  await expect(one.node.accept(forged)).rejects.toThrow("not signed by this agent's server");
});
