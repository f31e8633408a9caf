import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import { TreeBed, type TreeMachineBed } from "../../test/support/tree-bed.ts";
import { claimOrder, softwareOrder } from "../agent/testing/orders.ts";
import type { PackageSettings } from "./fabric.ts";

const soon = { timeout: 30_000, interval: 20 };
const packages: PackageSettings = { group: "lab", site: "", port: 0, uploads: 4 };
const mebi = 1 << 20;

let bed: TreeBed;
let contents: Map<string, Buffer>;
let generation: number;

beforeEach(async () => {
  bed = await TreeBed.start();
  contents = new Map();
  generation = 0;
  bed.packages = packages;
  bed.blobs = {
    open: async (digest, offset) => {
      const content = contents.get(digest);
      return content && { size: content.length, stream: Readable.from(slices(content.subarray(offset))) };
    },
  };
});
afterEach(() => bed.close());

function* slices(bytes: Buffer): Iterable<Buffer> {
  for (let at = 0; at < bytes.length; at += 1 << 16) yield bytes.subarray(at, at + (1 << 16));
}

function aPackage(bytes: number): string {
  const content = randomBytes(bytes);
  const digest = `sha256:${createHash("sha256").update(content).digest("hex")}`;
  contents.set(digest, content);
  return digest;
}

/** Has the machines install these packages, and those of before. */
function install(machines: readonly TreeMachineBed[], ...digests: readonly string[]): void {
  const software = digests.map((digest, index) =>
    softwareOrder({ name: `pack-${index}`, digest, format: "file", fileName: "data" }),
  );
  generation++;
  for (const { uid, name } of machines) {
    const claims = [claimOrder({ uid: `claim-${name}`, software, processes: [] })];
    bed.fabric.setDocument({
      clusterUid: bed.clusterUid,
      resourceUid: uid,
      resourceName: name,
      term: 1,
      generation,
      claims,
    });
  }
}

async function installed(machines: readonly TreeMachineBed[]): Promise<void> {
  const missing = (): readonly string[] =>
    machines.flatMap(({ name, seen }) => {
      const claim = seen.state === "connected" ? seen.claims.get(`claim-${name}`) : undefined;
      return claim?.state === "Configured" ? [] : [name];
    });
  await expect.poll(missing, soon).toEqual([]);
}

/** What one series of the server's metrics says. */
async function measured(series: string): Promise<number> {
  const { body } = await bed.metrics.text();
  const line = body.split("\n").find((one) => one.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1));
}

/** How many bytes of packages the server has sent. */
const sent = (): Promise<number> => measured("plush_package_upload_bytes_total");

function fileOf(machine: TreeMachineBed, digest: string): string {
  return join(machine.directory, "blobs", digest.slice("sha256:".length));
}

test("B-PKG-11: the server sends a package to four machines of a pool, whatever their number; several packages at once", async () => {
  bed.attach(9, 100);
  const digests = [aPackage(2 * mebi + 1), aPackage(mebi)];
  install(bed.machines, ...digests);
  await installed(bed.machines);
  for (const machine of bed.machines)
    for (const digest of digests)
      expect(readFileSync(fileOf(machine, digest)).equals(contents.get(digest) ?? Buffer.alloc(0))).toBe(true);
  expect(await sent()).toBe(4 * (3 * mebi + 1));
  expect(await measured('plush_package_transfers_total{source="server",result="complete"}')).toBe(8);
  await expect.poll(() => measured('plush_package_transfers_total{source="peers",result="complete"}'), soon).toBe(10);
  expect(await measured("plush_package_peer_bytes_total")).toBe(5 * (3 * mebi + 1));
  expect(await measured('plush_link_bytes_total{direction="sent"}')).toBeGreaterThan(await sent());
  expect(await measured('plush_link_bytes_total{direction="received"}')).toBeGreaterThan(0);
  expect(await measured("plush_link_round_trip_seconds_count")).toBe(9);
  expect(await measured("plush_link_reconnects_total")).toBe(0);
});

const has = (machine: TreeMachineBed, digest: string): boolean => existsSync(fileOf(machine, digest));
const bytesOn = ({ name, seen }: TreeMachineBed): number =>
  seen.state === "connected" ? (seen.claims.get(`claim-${name}`)?.software[0]?.bytes ?? 0) : 0;

test("B-PKG-12: of a machine that gives what is not the package nobody is told any more, and all have it", async () => {
  bed.attach(10, 100);
  const digest = aPackage(2 * mebi);
  const [first, others] = [bed.machines.slice(0, 5), bed.machines.slice(5)];
  install(first, digest);
  await installed(first);
  const cheats = first.slice(1);
  for (const cheat of cheats) {
    const content = readFileSync(fileOf(cheat, digest));
    content[content.length - 1] = (content.at(-1) ?? 0) ^ 1;
    writeFileSync(fileOf(cheat, digest), content);
  }
  install(others, digest);
  await installed(others);
  for (const machine of others)
    expect(readFileSync(fileOf(machine, digest)).equals(contents.get(digest) ?? Buffer.alloc(0))).toBe(true);
  const found = cheats.flatMap(({ seen }) => (seen.state === "connected" && seen.corrupt ? [seen.corrupt] : []));
  expect(found.length).toBeGreaterThan(0);
  for (const { digest: of, message, by } of found) {
    expect(of).toBe(digest);
    expect(message).toMatch(/^chunk 2 has sha256:/);
    expect(others.map(({ uid }) => uid)).toContain(by);
  }
  const honest = first[0]?.seen;
  expect(honest?.state === "connected" && honest.corrupt).toBe(undefined);
  expect(await sent()).toBe(4 * 2 * mebi);
  expect(await measured('plush_package_peer_failures_total{reason="Corrupt"}')).toBeGreaterThan(0);
});

test("B-PKG-13: half of the machines die while they give a package on: the others have it all the same", async () => {
  bed.packages = { ...packages, bytesPerSecond: 2 * mebi };
  bed.attach(10, 100);
  const digest = aPackage(3 * mebi);
  install(bed.machines, digest);
  await expect
    .poll(() => bed.machines.filter((machine) => bytesOn(machine) > 0).length, soon)
    .toBeGreaterThanOrEqual(7);
  // Those who have most: they are who gives it to the others.
  const byBytes = [...bed.machines].sort((left, right) => bytesOn(right) - bytesOn(left));
  const [dead, alive] = [byBytes.slice(0, 5), byBytes.slice(5)];
  expect(alive.some((machine) => !has(machine, digest))).toBe(true);
  await Promise.all(dead.map((machine) => machine.powerOff()));
  await installed(alive);
  await expect.poll(() => measured('plush_link_losses_total{verdict="dead"}'), soon).toBe(5);
  for (const machine of alive)
    expect(readFileSync(fileOf(machine, digest)).equals(contents.get(digest) ?? Buffer.alloc(0))).toBe(true);
});

test("B-PKG-14: machines that cannot reach each other get all from the server", async () => {
  // Nothing is there; each listens all the same, as it does where its address is a router's.
  bed.address = "192.0.2.1";
  bed.attach(7, 100);
  const digest = aPackage(mebi);
  install(bed.machines, digest);
  await installed(bed.machines);
  expect(await sent()).toBe(7 * mebi);
  expect(await measured("plush_package_peer_bytes_total")).toBe(0);
});

test("B-PKG-15: a server that is started again finds out who has what, and what is under way goes on", async () => {
  bed.packages = { ...packages, bytesPerSecond: mebi };
  bed.attach(9, 100);
  const digest = aPackage(3 * mebi);
  install(bed.machines, digest);
  await expect
    .poll(() => bed.machines.filter((machine) => has(machine, digest)).length, soon)
    .toBeGreaterThanOrEqual(4);
  const holders = bed.machines.filter((machine) => has(machine, digest));
  const others = bed.machines.filter((machine) => !has(machine, digest));
  expect(others.length).toBeGreaterThan(0);
  // On a busy computer others might be back first, and the server has nobody yet to send them to.
  let release = (): void => {};
  const areBack = new Promise<void>((resolve) => {
    release = resolve;
  });
  for (const other of others) other.held = areBack;
  await bed.restart();
  install(bed.machines, digest);
  await expect.poll(() => holders.every(({ seen }) => seen.state === "connected"), soon).toBe(true);
  release();
  await installed(bed.machines);
  expect(await sent()).toBe(0);
});
