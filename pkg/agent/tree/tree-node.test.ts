import { mkdtempSync, rmSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type TLSSocket } from "node:tls";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { ownTime } from "../../../test/support/own-time.ts";
import { type AgentPki, certifyKey, ensureAgentPki } from "../../auth/index.ts";
import { systemClock } from "../../clock/index.ts";
import { silentLogger } from "../../log/index.ts";
import { relayProtocol, serverName, type TreeOrder } from "../../protocol/index.ts";
import { makeSealKeys, seal } from "../../seal/index.ts";
import { TreeIdentity } from "./identity.ts";
import { TreeNode } from "./tree-node.ts";

const keys = makeSealKeys();
const soon = { timeout: 10_000, interval: 10 };
let pki: AgentPki;
let foreign: AgentPki;

async function makePki(): Promise<AgentPki> {
  const directory = mkdtempSync(join(tmpdir(), "plush-tree-pki-"));
  const made = await ensureAgentPki(directory, { name: serverName, now: Date.now() });
  rmSync(directory, { recursive: true });
  return made;
}

beforeAll(async () => {
  pki = await makePki();
  foreign = await makePki();
});

interface Given {
  readonly authority?: AgentPki;
  /** In its certificate. */
  readonly name?: string;
  readonly now?: number;
}

class TestNode {
  readonly uid: string;
  readonly node: TreeNode;
  #generation = 0;

  constructor(uid: string) {
    this.uid = uid;
    const config = {
      clusterUid: "cluster",
      resourceUid: uid,
      resourceName: uid,
      serverKey: keys.publicKey,
      version: "0",
      address: "127.0.0.1",
      beatMs: 100,
      orphanAfterMs: 1e9,
    };
    const accept = (): void => undefined;
    this.node = new TreeNode({ clock: systemClock, log: silentLogger, config, accept, onChange: () => undefined });
    onTestFinished(() => this.node.close());
  }

  async order(change: Partial<TreeOrder>, { authority = pki, name = this.uid, now = Date.now() }: Given = {}) {
    const { publicKey } = this.node.key;
    const order: TreeOrder = {
      kind: "TreeOrder",
      clusterUid: "cluster",
      resourceUid: this.uid,
      term: 1,
      generation: ++this.#generation,
      authority: pki.authority.certificate,
      certificate: await certifyKey(authority.authority, { name, publicKey, days: 30, now }),
      parents: [],
      pingMs: 50,
      ...change,
    };
    return order;
  }

  async give(change: Partial<TreeOrder>, given: Given = {}): Promise<void> {
    await this.node.accept(seal(JSON.stringify(await this.order(change, given)), keys.privateKey));
  }

  get port(): number {
    return this.node.report?.port ?? 0;
  }
}

async function aParent(children: readonly string[]): Promise<TestNode> {
  const parent = new TestNode("parent");
  await parent.give({ listen: { port: 0, children } });
  return parent;
}

const at = (parent: TestNode, uid = parent.uid) => ({ uid, address: "127.0.0.1", port: parent.port });

test("a child that its parent was told of is let in, and both say so", async () => {
  const parent = await aParent(["child"]);
  const child = new TestNode("child");
  await child.give({ parents: [at(parent)] });
  await expect.poll(() => child.node.report?.parent, soon).toBe("parent");
  await expect.poll(() => parent.node.report?.children, soon).toEqual(["child"]);
});

const dayMs = 86_400_000;

test.each<[string, string, () => Given]>([
  ["whom its parent does not know", "stranger", () => ({})],
  ["with a certificate of another authority", "child", () => ({ authority: foreign })],
  ["with a certificate that is over", "child", () => ({ now: Date.now() - 31 * dayMs })],
  ["with a certificate that is not good yet", "child", () => ({ now: Date.now() + 2 * dayMs })],
  ["with a certificate for somebody else", "child", () => ({ name: "somebody" })],
])("B-TREE-8: a child %s is refused", async (_what, uid, given) => {
  const parent = await aParent(["child"]);
  const child = new TestNode(uid);
  await child.give({ parents: [at(parent)] }, given());
  await expect.poll(() => Object.keys(child.node.report?.failures ?? {}), soon).toEqual(["parent"]);
  expect(child.node.report?.parent).toBeUndefined();
  expect(parent.node.report?.children).toEqual([]);
});

test("who is not the parent that was named, or of another authority, is left", async () => {
  const parent = await aParent(["child"]);
  const child = new TestNode("child");
  await child.give({ parents: [at(parent, "other")] });
  await expect.poll(() => child.node.report?.failures["other"], soon).toContain("it is parent, not other");
  await child.give({ parents: [at(parent)], authority: foreign.authority.certificate });
  await expect.poll(() => child.node.report?.failures["parent"], soon).toBeDefined();
  expect(parent.node.report?.children).toEqual([]);
});

test("the next parent is taken where the first does not answer, and at once where it is lost", async () => {
  const [first, second] = [await aParent(["child"]), await aParent(["child"])];
  const child = new TestNode("child");
  const dead = { uid: "dead", address: "127.0.0.1", port: await closedPort() };
  await child.give({ parents: [dead, at(first), at(second)] });
  await expect.poll(() => first.node.report?.children, soon).toEqual(["child"]);
  expect(Object.keys(child.node.report?.failures ?? {})).toEqual(["dead"]);
  const begin = ownTime();
  await first.node.close();
  await expect.poll(() => second.node.report?.children, soon).toEqual(["child"]);
  expect(ownTime() - begin).toBeLessThan(1000);
});

test("with nobody to be reached it goes on trying, and nothing else happens", async () => {
  const child = new TestNode("child");
  const port = await closedPort();
  await child.give({ parents: [{ uid: "parent", address: "127.0.0.1", port }] });
  await expect.poll(() => child.node.report?.failures["parent"], soon).toContain("ECONNREFUSED");
  const parent = new TestNode("parent");
  await parent.give({ listen: { port, children: ["child"] } });
  await expect.poll(() => child.node.report, soon).toMatchObject({ parent: "parent", failures: {} });
});

test("a parent that falls silent is left, and a child that does is let go", async () => {
  const parent = await aParent(["child"]);
  const proxy = await FreezableProxy.to(parent.port);
  const child = new TestNode("child");
  await child.give({ parents: [{ uid: "parent", address: "127.0.0.1", port: proxy.port }] });
  await expect.poll(() => parent.node.report?.children, soon).toEqual(["child"]);
  proxy.freeze();
  await expect.poll(() => parent.node.report?.children, soon).toEqual([]);
  await expect.poll(() => child.node.report?.parent, soon).toBeUndefined();
});

test("an order counts only if the server signed it, for this machine, and later than the one held", async () => {
  const node = new TestNode("node");
  const other = makeSealKeys();
  const sealed = async (change: Partial<TreeOrder>, key = keys.privateKey) =>
    seal(JSON.stringify(await node.order(change)), key);
  await expect(node.node.accept(await sealed({}, other.privateKey))).rejects.toMatchObject({ reason: "Forbidden" });
  await expect(node.node.accept(await sealed({ resourceUid: "other" }))).rejects.toMatchObject({ reason: "Forbidden" });
  await expect(node.node.accept(await sealed({ clusterUid: "other" }))).rejects.toMatchObject({ reason: "Forbidden" });
  await expect(node.node.accept(seal("{}", keys.privateKey))).rejects.toMatchObject({ reason: "Invalid" });
  const bad = { parents: [{ uid: "a", address: "b", port: 0 }] };
  await expect(node.node.accept(await sealed(bad))).rejects.toMatchObject({ reason: "Invalid" });
  expect(node.node.report).toBeUndefined();
  await node.node.accept(await sealed({ generation: 100 }));
  await expect(node.node.accept(await sealed({ generation: 99 }))).rejects.toMatchObject({ reason: "Conflict" });
  await node.node.accept(await sealed({ term: 2, generation: 1 }));
});

test("it listens only while it is told to, and says why where it cannot", async () => {
  const parent = await aParent([]);
  const { port } = parent;
  const taken = new TestNode("taken");
  await taken.give({ listen: { port, children: [] } });
  expect(taken.node.report).toMatchObject({ listenFailure: expect.stringContaining("EADDRINUSE") });
  expect(taken.node.report?.port).toBeUndefined();
  await parent.give({});
  expect(parent.node.report?.port).toBeUndefined();
  await expect(dial(port, {})).rejects.toThrow("ECONNREFUSED");
  await taken.give({ listen: { port, children: [] } });
  expect(taken.port).toBe(port);
});

test("who has no certificate, or speaks something else, learns nothing and stops nobody", async () => {
  const parent = await aParent(["child"]);
  const plain = net.connect(parent.port, "127.0.0.1").on("error", () => undefined);
  plain.write("GET / HTTP/1.1\r\n\r\n");
  await new Promise((resolve) => plain.once("close", resolve));
  const nobody = await dial(parent.port, {});
  await new Promise((resolve) => nobody.once("close", resolve));
  const identity = new TreeIdentity();
  const certificate = await certifyKey(pki.authority, {
    name: "child",
    publicKey: identity.key.publicKey,
    days: 30,
    now: Date.now(),
  });
  const credentials = identity.credentials({ authority: pki.authority.certificate, certificate });
  const wrong = await dial(parent.port, credentials);
  await new Promise((resolve) => wrong.once("close", resolve));
  expect(parent.node.report?.children).toEqual([]);
  const child = new TestNode("child");
  await child.give({ parents: [at(parent)] });
  await expect.poll(() => parent.node.report?.children, soon).toEqual(["child"]);
});

function dial(port: number, credentials: object): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port, rejectUnauthorized: false, ...credentials };
    const alpn = "key" in credentials ? {} : { ALPNProtocols: [relayProtocol] };
    const socket = connect({ ...options, ...alpn, checkServerIdentity: () => undefined }, () => resolve(socket));
    socket.on("error", reject);
    socket.resume();
  });
}

async function closedPort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Between a child and its parent; frozen, it passes nothing on and closes nothing. */
class FreezableProxy {
  readonly #sockets: net.Socket[] = [];
  readonly #server: net.Server;
  #isFrozen = false;

  private constructor(target: number) {
    this.#server = net.createServer((left) => {
      const right = net.connect(target, "127.0.0.1");
      this.#sockets.push(left, right);
      for (const socket of [left, right]) socket.on("error", () => undefined);
      if (!this.#isFrozen) left.pipe(right).pipe(left);
    });
  }

  static async to(target: number): Promise<FreezableProxy> {
    const proxy = new FreezableProxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      proxy.#server.close();
      for (const socket of proxy.#sockets) socket.destroy();
    });
    return proxy;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  freeze(): void {
    this.#isFrozen = true;
    for (const socket of this.#sockets) socket.unpipe().pause();
  }
}
