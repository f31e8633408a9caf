import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createConnection, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { ownTime } from "../../../test/support/own-time.ts";
import { type AgentPki, certifyKey, ensureAgentPki } from "../../auth/index.ts";
import { systemClock } from "../../clock/index.ts";
import { silentLogger } from "../../log/index.ts";
import { type PackageFetch, type PackageOrder, type PackagePeer, serverName } from "../../protocol/index.ts";
import { makeSealKeys, seal } from "../../seal/index.ts";
import { BlobCache } from "../blobs/blob-cache.ts";
import { PackageExchange } from "./package-exchange.ts";

const keys = makeSealKeys();
const soon = { timeout: 20_000, interval: 10 };
const chunkBytes = 64 << 10;
const content = randomBytes(chunkBytes * 20 + 17);
const digest = digestOf(content);
let pki: AgentPki;
let foreign: AgentPki;

async function makePki(): Promise<AgentPki> {
  const directory = mkdtempSync(join(tmpdir(), "plush-packages-pki-"));
  const made = await ensureAgentPki(directory, { name: serverName, now: Date.now() });
  rmSync(directory, { recursive: true });
  return made;
}

beforeAll(async () => {
  pki = await makePki();
  foreign = await makePki();
});

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

function fetchOf(sources: readonly PackagePeer[], bytes = content): PackageFetch {
  const hashes: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes)
    hashes.push(
      createHash("sha256")
        .update(bytes.subarray(at, at + chunkBytes))
        .digest(),
    );
  const chunks = Buffer.concat(hashes).toString("base64");
  return { digest: digestOf(bytes), size: bytes.length, chunkBytes, chunks, sources };
}

class Machine {
  readonly uid: string;
  readonly directory = mkdtempSync(join(tmpdir(), "plush-packages-"));
  readonly blobs: BlobCache;
  exchange: PackageExchange;
  #generation = 0;

  constructor(uid: string) {
    this.uid = uid;
    this.blobs = new BlobCache({
      directory: this.directory,
      boot: "b1",
      quotaBytes: 1 << 30,
      pinned: () => new Set(),
      besides: { bytes: () => 0, clear: async () => false },
      onChange: () => undefined,
    });
    this.exchange = this.#makeExchange();
    onTestFinished(async () => {
      await this.exchange.close();
      rmSync(this.directory, { recursive: true, force: true });
    });
  }

  #makeExchange(): PackageExchange {
    const config = {
      clusterUid: "cluster",
      resourceUid: this.uid,
      resourceName: this.uid,
      serverKey: keys.publicKey,
      version: "0",
      address: "127.0.0.1",
      beatMs: 100,
      orphanAfterMs: 1e9,
    };
    const { blobs } = this;
    return new PackageExchange({ clock: systemClock, log: silentLogger, config, blobs, onChange: () => undefined });
  }

  /** As after a crash of the agent. */
  async restart(): Promise<void> {
    await this.exchange.close();
    this.exchange = this.#makeExchange();
  }

  async give(change: Partial<PackageOrder>, authority = pki, name = this.uid): Promise<void> {
    const given = { name, publicKey: this.exchange.key.publicKey, days: 30, now: Date.now() };
    const order: PackageOrder = {
      kind: "PackageOrder",
      clusterUid: "cluster",
      resourceUid: this.uid,
      term: 1,
      generation: ++this.#generation,
      identity: {
        authority: pki.authority.certificate,
        certificate: await certifyKey(authority.authority, given),
      },
      fetch: [],
      ...change,
    };
    await this.exchange.accept(seal(JSON.stringify(order), keys.privateKey));
  }

  fetch(...sources: readonly Machine[]): Promise<void> {
    return this.give({ fetch: [fetchOf(sources.map(({ peer }) => peer))], listen: { port: 0, uploads: 4 } });
  }

  /** Puts the package into its cache, as the server does, and listens. */
  async serve(bytesPerSecond?: number, uploads = 4): Promise<this> {
    const whole = { offset: 0, total: content.length };
    await this.blobs.load();
    await this.blobs.receive(digest, whole, Readable.from([content]));
    const limit = bytesPerSecond === undefined ? {} : { bytesPerSecond };
    await this.give({ listen: { port: 0, uploads, ...limit } });
    return this;
  }

  get peer(): PackagePeer {
    return { uid: this.uid, address: "127.0.0.1", port: this.exchange.report.port ?? 0 };
  }

  get file(): string {
    return join(this.directory, digest.slice("sha256:".length));
  }

  get partBytes(): Promise<number> {
    return this.blobs.size(digest).then((found) => found?.bytes ?? 0);
  }

  async arrived(): Promise<void> {
    await expect.poll(() => this.exchange.report.held, soon).toEqual([digest]);
    expect(readFileSync(this.file).equals(content)).toBe(true);
  }
}

async function machine(uid: string): Promise<Machine> {
  const made = new Machine(uid);
  await made.blobs.load();
  return made;
}

const reasons = ({ exchange }: Machine): readonly (readonly [string, string])[] =>
  exchange.report.failures.map(({ source, reason }) => [source, reason]);

test("B-PKG-1: a package comes from another machine, and each that has begun serves it on", async () => {
  // Slow enough that each of the others gets what the one before it has not got whole.
  const first = await new Machine("first").serve(1_000_000);
  const line: Machine[] = [first];
  for (const uid of ["second", "third", "fourth"]) {
    const next = await machine(uid);
    await next.fetch(line.at(-1) ?? first);
    line.push(next);
  }
  await expect.poll(() => line[3]?.partBytes, soon).toBeGreaterThan(0);
  expect(line.map(({ exchange }) => exchange.report.held.length)).toEqual([1, 0, 0, 0]);
  for (const one of line) await one.arrived();
  expect(line.flatMap(reasons)).toEqual([]);
});

test("B-PKG-2: a machine that gives what is not the package is not asked again, and the package arrives", async () => {
  const cheat = await new Machine("cheat").serve();
  const changed = Buffer.from(content);
  changed[chunkBytes * 7] = (changed[chunkBytes * 7] ?? 0) ^ 1;
  writeFileSync(cheat.file, changed);
  const honest = await new Machine("honest").serve();
  const taker = await machine("taker");
  await taker.fetch(cheat, honest);
  await taker.arrived();
  expect(reasons(taker)).toEqual([["cheat", "Corrupt"]]);
  expect(taker.exchange.report.failures[0]?.message).toMatch(/^chunk 8 has sha256:/);
  // Also for another package, though it is the first one named for that.
  const other = randomBytes(1000);
  await cheat.blobs.receive(digestOf(other), { offset: 0, total: other.length }, Readable.from([other]));
  await taker.give({ fetch: [fetchOf([cheat.peer], other)] });
  await expect.poll(() => taker.exchange.report.failures[0]?.digest, soon).toBe(digestOf(other));
  expect(reasons(taker)).toEqual([["cheat", "Corrupt"]]);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(taker.exchange.report.held).toEqual([digest]);
});

test("B-PKG-3: where a source dies the next one goes on from what was verified", async () => {
  const dying = await new Machine("dying").serve(500_000);
  const other = await new Machine("other").serve();
  const taker = await machine("taker");
  await taker.fetch(dying, other);
  await expect.poll(() => taker.partBytes, soon).toBeGreaterThan(chunkBytes * 2);
  const before = await taker.partBytes;
  await dying.exchange.close();
  // What the next one has before that is wrong: who asked for it again would see that.
  const changed = Buffer.from(content).fill(0, 0, before);
  writeFileSync(other.file, changed);
  await taker.arrived();
  expect(reasons(taker)).toEqual([["dying", "Ended"]]);
});

test("B-PKG-4: a transfer that was cut goes on after a restart of the agent", async () => {
  const source = await new Machine("source").serve(500_000);
  const taker = await machine("taker");
  await taker.fetch(source);
  await expect.poll(() => taker.partBytes, soon).toBeGreaterThan(chunkBytes * 2);
  await taker.restart();
  const before = await taker.partBytes;
  expect(before).toBeGreaterThan(0);
  writeFileSync(source.file, Buffer.from(content).fill(0, 0, before));
  await taker.fetch(source);
  await taker.arrived();
});

test("B-PKG-5: a slow source keeps nobody waiting who has another one, nor others who are given the package", async () => {
  const slow = await new Machine("slow").serve(50_000);
  const quick = await new Machine("quick").serve();
  const [one, two, three] = [await machine("one"), await machine("two"), await machine("three")];
  await one.fetch(slow, quick);
  await two.fetch(quick, slow);
  await two.arrived();
  await three.fetch(one, quick);
  await one.arrived();
  await three.arrived();
  expect(reasons(one)).toEqual([["slow", "Slow"]]);
  expect(reasons(two)).toEqual([]);
});

test("B-PKG-6: who cannot be reached is said so within a second, and the server's bytes take its place", async () => {
  const taker = await machine("taker");
  const closed: PackagePeer = { uid: "closed", address: "127.0.0.1", port: 1 };
  const silent: PackagePeer = { uid: "silent", address: "198.51.100.1", port: 9 };
  const start = ownTime();
  await taker.give({ fetch: [fetchOf([closed, silent])] });
  await expect
    .poll(() => reasons(taker), soon)
    .toEqual([
      ["closed", "Unreachable"],
      ["silent", "Unreachable"],
    ]);
  expect(ownTime() - start).toBeLessThan(1000);
  await taker.give({ fetch: [fetchOf([])] });
  await expect
    .poll(
      () => taker.blobs.receive(digest, { offset: 0, total: content.length }, Readable.from([content])).catch(String),
      soon,
    )
    .toBe(true);
  await taker.arrived();
});

test("B-PKG-7: so many are given a package at once; others go elsewhere, and come back", async () => {
  const source = await new Machine("source").serve(800_000, 1);
  const takers = [await machine("one"), await machine("two")];
  for (const taker of takers) await taker.fetch(source);
  await expect
    .poll(async () => Math.max(...(await Promise.all(takers.map((one) => one.partBytes)))), soon)
    .toBeGreaterThan(0);
  expect(Math.min(...(await Promise.all(takers.map((one) => one.partBytes))))).toBe(0);
  for (const taker of takers) await taker.arrived();
  expect(takers.flatMap(reasons)).toEqual([]);
});

test("B-PKG-21: who was sent to a machine finds room there, whoever has come because its own source failed", async () => {
  const source = await new Machine("source").serve(1_500_000, 1);
  const closed: PackagePeer = { uid: "closed", address: "127.0.0.1", port: 1 };
  const [guest, planned] = [await machine("guest"), await machine("planned")];
  await guest.give({ fetch: [fetchOf([closed, source.peer])] });
  await expect.poll(() => guest.partBytes, soon).toBeGreaterThan(0);
  await planned.fetch(source);
  await expect.poll(() => planned.partBytes, soon).toBeGreaterThan(0);
  expect(guest.exchange.report.held).toEqual([]);
  for (const taker of [guest, planned]) await taker.arrived();
});

test("B-PKG-22: who fetches from a machine that has nothing yet waits there, and is sent away by no failure of that one's own", async () => {
  const origin = await new Machine("origin").serve();
  const middle = await machine("middle");
  const gone: PackagePeer = { uid: "gone", address: "127.0.0.1", port: 1 };
  await middle.give({ fetch: [fetchOf([])], listen: { port: 0, uploads: 4 } });
  const last = await machine("last");
  const counted = await countConnections(middle.peer);
  await last.give({ fetch: [fetchOf([counted.peer])] });
  await expect.poll(counted.count, soon).toBe(1);
  // Nobody is there to ask, again and again.
  await middle.give({ fetch: [fetchOf([gone])], listen: { port: 0, uploads: 4 } });
  await expect.poll(() => reasons(middle), soon).toEqual([["gone", "Unreachable"]]);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await middle.give({ fetch: [fetchOf([gone, origin.peer])], listen: { port: 0, uploads: 4 } });
  for (const taker of [middle, last]) await taker.arrived();
  expect(counted.count()).toBe(1);
  expect(reasons(last)).toEqual([]);
});

test("B-PKG-20: a machine gives no more bytes a second than it was told, to all together", async () => {
  const bytesPerSecond = 1_500_000;
  const source = await new Machine("source").serve(bytesPerSecond);
  const takers = [await machine("one"), await machine("two")];
  const start = performance.now();
  for (const taker of takers) await taker.fetch(source);
  for (const taker of takers) await taker.arrived();
  // Half a second's worth may pass at once.
  expect(performance.now() - start).toBeGreaterThan((2 * content.length * 1000) / bytesPerSecond - 600);
});

test("B-PKG-8: nobody listens before the server says so, and none but agents of this server are given anything", async () => {
  const source = await new Machine("source").serve();
  const taker = await machine("taker");
  expect(taker.exchange.report.port).toBeUndefined();
  await taker.give({ fetch: [fetchOf([source.peer])] }, foreign);
  await expect.poll(() => reasons(taker).map(([, reason]) => reason), soon).not.toEqual([]);
  expect(taker.exchange.report.held).toEqual([]);
  // The source is who the server said, or it is not asked.
  const other = await machine("other");
  await other.give({ fetch: [fetchOf([{ ...source.peer, uid: "somebody" }])] });
  await expect.poll(() => other.exchange.report.failures[0]?.message, soon).toBe("it is source, not somebody");
  await source.give({});
  expect(source.exchange.report.port).toBeUndefined();
});

test("an order that is forged, for another machine, or older than one that is held is refused", async () => {
  const one = await machine("one");
  await one.give({ generation: 5 });
  await expect(one.give({ generation: 4 })).rejects.toThrow("older");
  await expect(one.give({ resourceUid: "two", generation: 6 })).rejects.toThrow("another machine");
  const forged = seal(JSON.stringify({ kind: "PackageOrder" }), makeSealKeys().privateKey);
  await expect(one.exchange.accept(forged)).rejects.toThrow("not signed");
  await expect(one.give({ generation: 7, fetch: [{ ...fetchOf([]), size: 1 }] })).rejects.toThrow("do not agree");
});

/** The way to a machine, on which its connections are counted. */
async function countConnections({ uid, port }: PackagePeer): Promise<{ readonly peer: PackagePeer; count(): number }> {
  let count = 0;
  const sockets: Socket[] = [];
  const server = createServer((near) => {
    count++;
    const far = createConnection(port, "127.0.0.1");
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) sockets.push(socket.on("error", () => undefined));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { peer: { uid, address: "127.0.0.1", port: (server.address() as AddressInfo).port }, count: () => count };
}
