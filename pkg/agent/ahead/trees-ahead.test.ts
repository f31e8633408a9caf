import { randomBytes } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { sha256, tarGz } from "../../../test/support/archives.ts";
import { canMount, SmallDisk } from "../../../test/support/small-disk.ts";
import { FakeClock } from "../../clock/index.ts";
import { silentLogger } from "../../log/index.ts";
import type { PrefetchPackage } from "../../protocol/index.ts";
import { launchProgram } from "../daemon/run.ts";
import { TaskRegister } from "../exec/task-register.ts";
import { makeLayout } from "../layout.ts";
import { Limiter } from "../limiter.ts";
import { TreeStore } from "./tree-store.ts";
import { TreesAhead } from "./trees-ahead.ts";
import { unpackForClaim } from "./unpack-for-claim.ts";

/** Trees in a directory of their own, of packages that are there. */
class Scene {
  readonly home = mkdtempSync(join(tmpdir(), "plush-ahead-"));
  readonly clock = new FakeClock();
  readonly installing = new Limiter(2);
  quotaBytes = 1 << 30;
  readonly directory: string;
  #count = 0;

  /** `parent`: of the trees. */
  constructor(parent = "") {
    this.directory = join(this.home, parent, "ahead");
    onTestFinished(() => rmSync(this.home, { recursive: true, force: true }));
  }

  async start(boot = "b1"): Promise<TreesAhead> {
    const ahead = new TreesAhead({
      store: new TreeStore(this.directory, boot),
      directory: this.directory,
      blobs: { bytes: 0, use: async (digest) => this.blob(digest) },
      quotaBytes: this.quotaBytes,
      installing: this.installing,
      unzstd: () => ({ launch: launchProgram, argv: ["false"], clock: this.clock }),
      clock: this.clock,
      log: silentLogger,
    });
    await ahead.load();
    return ahead;
  }

  async package(files: Readonly<Record<string, string>>, change: object = {}): Promise<PrefetchPackage> {
    const archive = await tarGz(Object.entries(files).map(([name, content]) => ({ name, content })));
    const digest = `sha256:${sha256(archive)}`;
    writeFileSync(this.#path(digest), archive);
    return { name: "pack", format: "tar.gz", strip: 0, digest, ...change };
  }

  /** Where it lies, once it is somebody's; undefined where there was none. */
  async take(ahead: TreesAhead, order: PrefetchPackage): Promise<string | undefined> {
    const target = join(this.home, `claim-${this.#count++}`);
    return (await ahead.take(order, target)) ? target : undefined;
  }

  get trees(): readonly string[] {
    return readdirSync(this.directory).filter((name) => name !== "boot");
  }

  blob(digest: string): string | undefined {
    return existsSync(this.#path(digest)) ? this.#path(digest) : undefined;
  }

  #path(digest: string): string {
    return join(this.home, digest.replace(":", "-"));
  }
}

test("B-PRE-5: what lies unpacked is moved to whoever needs it first, once, and as it would have been unpacked", async () => {
  const scene = new Scene();
  const ahead = await scene.start();
  const one = await scene.package({ "top/text": "text" });
  await ahead.want([one]);
  expect(ahead.bytes).toBeGreaterThan(0);
  expect(await scene.take(ahead, { ...one, strip: 1 })).toBeUndefined();
  const target = await scene.take(ahead, { ...one, name: "by another name" });
  expect(readFileSync(join(target ?? "", "top/text"), "utf8")).toBe("text");
  expect([scene.trees, ahead.bytes]).toEqual([[], 0]);
  // Whoever comes next has one of its own made: nothing of the first one's is left to be had.
  expect(await scene.take(ahead, one)).toBeUndefined();
});

test("B-PRE-6: it stays over a restart of the agent, but not of the host, and goes when nobody names it", async () => {
  const scene = new Scene();
  const [one, two] = [await scene.package({ a: "1" }), await scene.package({ b: "2" })];
  await (await scene.start()).want([one, two]);
  expect(scene.trees).toHaveLength(2);
  const ahead = await scene.start();
  await ahead.want([two]);
  expect(scene.trees).toHaveLength(1);
  expect(await scene.take(ahead, one)).toBeUndefined();
  await (await scene.start()).want([two, one]);
  await scene.start("b2");
  expect(scene.trees).toEqual([]);
});

test("B-PRE-6: what no server names within ten minutes after it has come goes", async () => {
  const scene = new Scene();
  const ahead = await scene.start();
  const one = await scene.package({ a: "1" });
  ahead.expectOrder();
  await ahead.want([one]);
  await scene.clock.advance(11 * 60_000);
  expect(scene.trees).toHaveLength(1);
  ahead.expectOrder();
  await scene.clock.advance(9 * 60_000);
  expect(scene.trees).toHaveLength(1);
  await scene.clock.advance(60_000);
  await expect.poll(() => scene.trees).toEqual([]);
});

test("B-PRE-4: it is not made where there is no room, and gives way where somebody else needs it", async () => {
  const scene = new Scene();
  const big = await scene.package({ zeros: "\0".repeat(1 << 20) });
  scene.quotaBytes = 1 << 19;
  const poor = await scene.start();
  await poor.want([big]);
  expect(scene.trees).toEqual([]);
  scene.quotaBytes = 1 << 30;
  const ahead = await scene.start();
  await ahead.want([big]);
  expect(await ahead.clear()).toBe(true);
  expect([scene.trees, ahead.bytes, await ahead.clear()]).toEqual([[], 0, false]);
});

test.skipIf(!canMount)("B-PRE-4: a claim for which the disk is too full gets the room", async () => {
  const scene = new Scene("disk");
  const disk = new SmallDisk(join(scene.home, "disk"), 10);
  onTestFinished(() => disk.unmount());
  const [one, other] = [
    await scene.package({ random: randomBytes(2 << 20).toString("base64") }),
    await scene.package({ random: randomBytes(6 << 20).toString("base64") }),
  ];
  const ahead = await scene.start();
  await ahead.want([one, other]);
  // For the second there is less than twice of what it takes.
  expect(scene.trees).toHaveLength(1);
  const ports = { clock: scene.clock, random: Math.random, launch: launchProgram, log: silentLogger };
  const context = { ahead, ports, layout: makeLayout(scene.home), tasks: new TaskRegister(scene.home) };
  const target = join(disk.path, "claim");
  await unpackForClaim(context, { order: other, blob: scene.blob(other.digest) ?? "", target });
  expect(readdirSync(target)).toEqual(["random"]);
  expect([scene.trees, ahead.bytes]).toEqual([[], 0]);
});

test("one that is on its way is waited for, and one that nobody wants any more is given up", async () => {
  const scene = new Scene();
  const files = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`d/${at}`, `${at}`]));
  const [one, two] = [await scene.package(files), await scene.package({ ...files, other: "x" })];
  const ahead = await scene.start();
  const done = ahead.want([one]);
  await expect.poll(() => scene.trees.length).toBe(1);
  const target = await scene.take(ahead, one);
  expect(readdirSync(join(target ?? "", "d"))).toHaveLength(300);
  await done;
  const former = ahead.want([two]);
  await expect.poll(() => scene.trees.length).toBe(1);
  await Promise.all([ahead.want([]), former]);
  expect(scene.trees).toEqual([]);
});

test("what was removed by hand is unpacked as if it had never been there", async () => {
  const scene = new Scene();
  const ahead = await scene.start();
  const one = await scene.package({ a: "1" });
  await ahead.want([one]);
  for (const name of scene.trees) rmSync(join(scene.directory, name), { recursive: true });
  expect(await scene.take(ahead, one)).toBeUndefined();
  await ahead.want([one]);
  expect(await scene.take(ahead, one)).toBeDefined();
});

test("a half that a crash has left is no tree", async () => {
  const scene = new Scene();
  await scene.start();
  for (const end of [".tmp", ".gone", ""]) mkdirSync(join(scene.directory, `${"a".repeat(63)}${end}`));
  chmodSync(scene.directory, 0o700);
  await scene.start();
  expect(scene.trees).toEqual([]);
});
